/** The headers of messages that go the short way, as objects. */
import { Area, Slot } from "./memory.js";
import { detach } from "./detach.js";
import type { StompHeaders } from "./stomp-headers.js";

/** The headers of a subscription's messages, but for the values that change from one to the next. */
interface Template {
  /** Which of Rust's templates this is the object of. */
  number: number;
  names: string[];
  /** Never handed out: whoever gets headers may change them. */
  headers: StompHeaders;
}

/** Makes header objects: a copy of the subscription's template, with the values that differ. */
export class PlainHeaders {
  private readonly templates = new Map<number, Template>();

  constructor(private readonly area: Area) {}

  /** Nothing of a connection outlives it. */
  forget(): void {
    this.templates.clear();
  }

  /**
   * The headers that the answer tells of.
   *
   * @param text What holds the header block.
   * @param start Where the block begins in the text.
   */
  read(text: string, start: number): StompHeaders {
    const { answer } = this.area;
    const template = this.templates.get(answer[Slot.Key]!);
    if (template === undefined || template.number !== answer[Slot.Template]) return this.learn(text, start);
    const headers = { ...template.headers };
    let changing = answer[Slot.Changing]!;
    while (changing !== 0) {
      const place = 31 - Math.clz32(changing);
      changing ^= 1 << place;
      const end = Slot.Ends + 2 * place;
      headers[template.names[place]!] = detach(text, start + answer[end]! + 1, start + answer[end + 1]!);
    }
    return headers;
  }

  /** The first of a template: its object is made name by name. */
  private learn(text: string, start: number): StompHeaders {
    const { answer } = this.area;
    const names: string[] = [];
    const headers: StompHeaders = {};
    // Where the first header begins: behind the command, whose line Rust has read.
    let from = text.indexOf("\n", start) + 1;
    for (let place = 0; place < answer[Slot.Count]!; place++) {
      const nameEnd = start + answer[Slot.Ends + 2 * place]!;
      const end = start + answer[Slot.Ends + 2 * place + 1]!;
      const name = detach(text, from, nameEnd);
      names.push(name);
      headers[name] = detach(text, nameEnd + 1, end);
      from = end + 1;
    }
    this.templates.set(answer[Slot.Key]!, { number: answer[Slot.Template]!, names, headers });
    return { ...headers };
  }
}
