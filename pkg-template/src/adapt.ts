/** Makes WebSockets of what is not quite one. */

/** Lets a socket of a mini-program (`wx.connectSocket()` and its like), or one that has only `addEventListener`, be used as a WebSocket; others stay as they are. */
export function adapt(socket: any): any {
  if (typeof socket?.onMessage === "function") return adaptTask(socket);
  // SockJS calls both its listeners and its `on…` handlers, though it has no such properties.
  if (socket?.addEventListener && !("onmessage" in socket) && !("_transportsWhitelist" in socket)) {
    for (const type of ["open", "message", "error", "close"]) {
      socket.addEventListener(type, (event: unknown) => socket[`on${type}`]?.(event));
    }
  }
  return socket;
}

/** A SocketTask takes its callbacks by functions, and its arguments by name. */
function adaptTask(task: any): any {
  const socket: any = {
    task,
    send(data: string | Uint8Array) {
      // Bytes as they are sent are all of what they are a view of, or a part of something larger.
      task.send({ data: typeof data === "string" ? data : data.slice().buffer });
    },
    close(code?: number, reason?: string) {
      task.close({ code, reason });
    },
  };
  for (const type of ["Open", "Message", "Error", "Close"]) {
    task[`on${type}`]((event: unknown) => socket[`on${type.toLowerCase()}`]?.(event));
  }
  return socket;
}
