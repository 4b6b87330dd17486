/** 0 good, 1 what was looked at is not good, 2 it is broken or cannot be read, 64 wrong usage. */
export type ExitCode = 0 | 1 | 2 | 64

/** The result of a command: text for people, or the same as one JSON document. */
export interface CommandResult {
  readonly exitCode: ExitCode
  /** Lines without a newline at the end. Recorded text in it has gone through `toPrintable`. */
  readonly text: string
  /** Tells that the lines are told as they are: they fit already, or are to be copied. All others are cut to fit the terminal. */
  readonly whole?: true
  readonly json: unknown
}

/** Colours a text, or leaves it as it is. */
export type Paint = (style: PaintStyle, text: string) => string

/** The meaning of a colour. */
export type PaintStyle = 'good' | 'bad' | 'warning' | 'faint' | 'strong'

/** Paints nothing: for pipes, files and tests. */
export const plain: Paint = (_style, text) => text
