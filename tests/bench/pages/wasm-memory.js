/** Finds the wasm memories of whatever is instantiated later, which a package need not show. */
export function hook() {
  const memories = new Set();
  const note = (instance) => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
    return instance;
  };
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct: (target, args) => note(Reflect.construct(target, args)),
  });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const plain = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...args) => {
      const made = await plain(...args);
      note(made.instance ?? made);
      return made;
    };
  }
  return {
    /** Bytes of all of them. */
    bytes: () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  };
}
