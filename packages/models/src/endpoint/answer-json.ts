import type { ModelSchema } from '@contrail/core'
import { z } from 'zod'

/** The JSON of an answer, or what is wrong with it, in words for the model. */
export type AnswerJson = { readonly json: string } | { readonly problem: string }

/** A block of Markdown, into which models like to put JSON. */
const block = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/

/** Look for the JSON that a schema asks for in an answer: all of it, or all of one Markdown block. */
export function readAnswerJson(text: string, { schema }: ModelSchema): AnswerJson {
  const json = block.exec(text)?.[1] ?? text.trim()
  const problem = problemOf(json, schema)
  return problem === undefined ? { json } : { problem }
}

function problemOf(json: string, schema: Readonly<Record<string, unknown>>): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return `it is no JSON: ${(error as SyntaxError).message}`
  }
  const read = toZod(schema)?.safeParse(value)
  return read?.success === false ? z.prettifyError(read.error) : undefined
}

/** A schema with words that zod does not know is left to who asked. */
function toZod(schema: Readonly<Record<string, unknown>>): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema)
  } catch {
    return undefined
  }
}
