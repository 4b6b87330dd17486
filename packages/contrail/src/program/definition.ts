import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Readable, Writable } from 'node:stream'
import type { RunChoice, VerdictWord } from '../commands/choose-runs.ts'
import type { ExportFormat } from '../commands/export/exported.ts'
import type { PublicPart } from '../commands/export/public-parts.ts'
import type { CommandResult, ExitCode, Paint } from '../terminal/command-result.ts'
import { parseWord, parseWords } from '../terminal/parse-quantity.ts'
import type { Surroundings } from '../terminal/places.ts'

/** The outside of the program. */
export interface CliStreams extends Surroundings {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: Writable & { isTTY?: boolean; columns?: number }
  readonly stderr: Writable & { isTTY?: boolean; columns?: number }
}

/** Options as they were typed and read. */
export type Flags = {
  root?: string
  headed?: boolean
  dryRun?: boolean
  force?: boolean
  yes?: boolean
  olderThan?: number
  maxSize?: number
  agentFrames?: boolean
  secretsFile?: string
  env?: string[]
  into?: string
  from?: string
  port?: number
  host?: string
  open?: boolean
  annotator?: string
  prices?: string
  prompt?: boolean
  step?: number
  errors?: boolean
  grep?: string
  digest?: number
  status?: string[]
  verdict?: VerdictWord
  since?: number
  task?: string
  failed?: boolean
  limit?: number
  sort?: RunChoice['sort']
  maxSteps?: number
  maxFailed?: number
  maxGaps?: number
  maxTokens?: number
  maxDuration?: number
  maxCost?: number
  forbid?: string[]
  minRecordings?: number
  format?: ExportFormat | 'text'
  output?: string
  public?: boolean
  allow?: PublicPart[]
}

/** The help of an option that several commands have. */
export const pricesHelp = 'dollars for a million tokens, by model, as JSON; default CONTRAIL_PRICES'

/** The work of a command. One that has said all it had to say by itself has an exit code for a result, or none for 0. */
export type Run = (
  argument: string | undefined,
  flags: Flags,
  second: string | undefined,
) => Promise<CommandResult | ExitCode | undefined>

/** The parts that a group of commands is made with. */
export interface Making {
  readonly program: Command
  readonly streams: CliStreams
  readonly json: boolean
  readonly paint: Paint
  readonly columns: number | undefined
  /** Adds a command: its usage and description, and what it does. */
  readonly add: (usage: string, description: string, run: Run, parent?: Command) => Command
  /** Finds the recording that somebody names; what names nothing stays the path that it is. */
  readonly named: (recording: string) => Promise<string>
  /** Without a name somebody at a terminal may choose one. */
  readonly chosen: (recording: string | undefined) => Promise<string>
}

/** Make a reader of an option's value from a function that throws a TypeError for what it does not understand. */
export function asArgument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof TypeError) throw new InvalidArgumentError(error.message)
      throw error
    }
  }
}

/** Make an option that takes one of some words: its help lists them and a shell completes them. */
export function wordOption(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices(words).argParser(asArgument((text) => parseWord(text, words)))
}

/** Make an option that takes some of these words, with commas between them. */
export function wordsOption(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices(words).argParser(asArgument((text) => parseWords(text, words)))
}
