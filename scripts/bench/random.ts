/** Random bytes that are the same in every run (xorshift32), and do not compress. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0 || 1
  }

  bytes(count: number): Buffer {
    const words = new Uint32Array(Math.ceil(count / 4))
    let { state } = this
    for (let at = 0; at < words.length; at++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[at] = state
    }
    this.state = state
    return Buffer.from(words.buffer, 0, count)
  }
}
