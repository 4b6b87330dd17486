import type { TurnFinishedEvent } from '@contrail/core'
import type { Goal } from './goals.ts'
import { decide } from './rules.ts'
import { emptyMemory, type Decision, type Intent, type Memory, type Outcome, type View } from './decision.ts'

/**
 * The body of the agent, with which it sees a page and acts on it. One for each mode; everything it does is recorded by
 * a capture.
 */
export interface Body {
  /** Look at the page. `charactersRead` is what the rules were given, the same as `nodes` in text. */
  look(): Promise<View & { readonly charactersRead: number }>
  /** Run one turn. `act` carries out one intent and returns what the tool said. */
  turn(run: (turn: OpenTurn) => Promise<void>): Promise<void>
  finalAnswer(answer: { readonly message: string; readonly output?: unknown }): Promise<void>
}

/** A turn that is going on. */
interface OpenTurn {
  act(intent: Intent): Promise<string>
  said(words: Pick<TurnFinishedEvent, 'text' | 'usage' | 'model'>): void
}

/** The end of an agent's work. */
export interface AgentResult {
  readonly reached: boolean
  readonly message: string
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number }
}

/** More turns than any goal of the demo needs. */
const turnLimit = 25
const charactersPerToken = 4

/**
 * Work on a goal until it is answered: look, decide by rules, act, and again.
 * Its "model" is the rules, and its token counts are the characters they really read and wrote, four a token.
 */
export async function runAgent(goal: Goal, body: Body): Promise<AgentResult> {
  let memory: Memory = emptyMemory
  const usage = { input_tokens: 0, output_tokens: 0 }

  let view = await body.look()
  for (let turn = 0; turn < turnLimit; turn += 1) {
    // After a turn that only said something the page is as it was: no second look, no second frame.
    if (memory.outcomes.length > 0) view = await body.look()
    const decision = decide(goal, view, memory)
    const cost = {
      input_tokens: Math.ceil((goal.instruction.length + view.charactersRead) / charactersPerToken),
      output_tokens: Math.ceil(JSON.stringify(decision).length / charactersPerToken),
    }
    usage.input_tokens += cost.input_tokens
    usage.output_tokens += cost.output_tokens
    if (decision.kind === 'answer') return answer(body, decision, usage)
    memory = await takeTurn(body, decision, cost)
  }
  const text = `I stopped after ${turnLimit} turns.`
  return answer(body, { kind: 'answer', text, reached: false, answers: memory.answers }, usage)
}

/** Carry out a decision. An intent that fails ends the turn: the rest was decided for a page that is not as expected. */
async function takeTurn(
  body: Body,
  decision: Decision & { kind: 'turn' },
  cost: AgentResult['usage'],
): Promise<Memory> {
  const outcomes: Outcome[] = []
  await body.turn(async ({ act, said }) => {
    said({ text: decision.text, usage: cost, model: 'demo-rules' })
    for (const intent of decision.intents) {
      try {
        outcomes.push({ intent, ok: true, said: await act(intent) })
      } catch (error) {
        outcomes.push({ intent, ok: false, said: error instanceof Error ? error.message : String(error) })
        break
      }
    }
  })
  return { planned: true, answers: decision.answers, outcomes }
}

async function answer(
  body: Body,
  decision: Decision & { kind: 'answer' },
  usage: AgentResult['usage'],
): Promise<AgentResult> {
  const { text, reached, answers } = decision
  await body.finalAnswer({ message: text, output: { reached, answers } })
  return { reached, message: text, usage }
}
