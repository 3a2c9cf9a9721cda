import { Client } from "stomp-wasm";
import { modern } from "./modern.js";

export default modern("stomp-wasm", Client);
