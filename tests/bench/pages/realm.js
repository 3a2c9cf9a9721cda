/** A page that measures one client when the driver tells it to. */
import adapter from "adapter";
import { realm } from "../engine/realm.js";

globalThis.bench = realm(adapter);
