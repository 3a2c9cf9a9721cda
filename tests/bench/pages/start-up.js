/** A page that has loaded no client yet, and measures how long it takes to import one and to connect. */
globalThis.bench = {
  /**
   * @param {string} script the client's adapter, bundled
   * @param {string} url of a broker
   * @returns {Promise<{ imported: number, connected: number }>} milliseconds since the beginning
   */
  async run(script, url) {
    const start = performance.now();
    const { default: adapter } = await import(script);
    const imported = performance.now() - start;
    await adapter.connect({ url });
    return { imported, connected: performance.now() - start };
  },
};
