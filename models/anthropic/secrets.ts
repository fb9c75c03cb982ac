/** What must not be shown to anybody: the key, and the values of headers that the user adds. */
export class Secrets {
  readonly #values: readonly string[]

  constructor(values: readonly string[]) {
    // The longest first, for one may be a part of another. What is very short is no secret, and would eat other words.
    this.#values = values.filter((value) => value.length >= 6).toSorted((one, other) => other.length - one.length)
  }

  /** Text of the other side, which may have been told the key and say it back, without it. */
  redact(text: string): string {
    return this.#values.reduce((clean, value) => clean.replaceAll(value, '[secret]'), text)
  }
}
