// The native blaster as a child process.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @param {string} program
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function blaster(program) {
  // It ends with its standard input, so it cannot outlive this process.
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the blaster ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  return {
    url,
    close: async () => {
      child.stdin.end();
      await gone;
    },
  };
}
