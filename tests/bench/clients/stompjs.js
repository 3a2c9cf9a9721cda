import { Client } from "@stomp/stompjs";
import { modern } from "./modern.js";

export default modern("@stomp/stompjs", Client);
