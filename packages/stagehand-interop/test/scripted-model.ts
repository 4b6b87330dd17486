import type { AISdkClient } from '@browserbasehq/stagehand/lib/v3/llm/aisdk.js'

/** A language model as Stagehand's client takes it. */
type Model = ConstructorParameters<typeof AISdkClient>[0]['model']
type Answer = Awaited<ReturnType<Model['doGenerate']>>

/** The reply of the model in one call: words, and the tools it calls. */
export interface ScriptedTurn {
  readonly text: string
  readonly calls: readonly { readonly tool: string; readonly input: object }[]
}

/** A model that says its lines one after the other, and knows no network. */
export function scriptedModel(turns: readonly ScriptedTurn[]): Model {
  let next = 0
  const answer = ({ text, calls }: ScriptedTurn, turn: number): Answer => ({
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...calls.map(({ tool, input }, call) => ({
        type: 'tool-call' as const,
        toolCallId: `call_${turn}_${call}`,
        toolName: tool,
        input: JSON.stringify(input),
      })),
    ],
    finishReason: calls.length > 0 ? 'tool-calls' : 'stop',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    warnings: [],
  })
  return {
    specificationVersion: 'v2',
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: async () => {
      const turn = turns[next]
      if (!turn) throw new Error(`expected ${turns.length} calls of the model, got one more`)
      next += 1
      return answer(turn, next)
    },
    doStream: () => Promise.reject(new Error('the scripted model does not stream')),
  }
}
