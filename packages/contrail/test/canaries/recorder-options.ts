import type { RecorderOptions } from '@contrail/recorder'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { digits, inFile, option, variable, written } from './values.ts'

/** A run that has canaries in its task and in its name, and that knows none of them. */
export const unknowingOptions: RecorderOptions = {
  taskSpec: {
    id: `buy ${option.taskId}`,
    instruction: `Log in with ${option.taskInstruction}`,
    expectedAnswer: option.taskAnswer,
    initUrl: `http://shop.test/${option.taskUrl}`,
    precomputedRubric: {
      items: [{ criterion: 'One', description: `has ${option.taskRubric}`, maxPoints: 1, earnedPoints: null }],
    },
  },
  runId: `run ${option.runId}`,
  tool: { name: `agent ${option.toolName}`, version: '1' },
  persist: true,
  durability: 'finish',
  env: {},
}

/** The same run, told every registered canary, by all three ways. The file of secrets goes into `folder`. */
export async function knowingOptions(folder: string): Promise<RecorderOptions & { env: Record<string, string> }> {
  const secretsFile = path.join(folder, 'secrets.txt')
  await writeFile(secretsFile, `# two\n${inFile.ofLine}\nexport SHOP='${inFile.ofName}'\n`)
  return {
    ...unknowingOptions,
    env: { SHOP_TOKEN: variable.asToken, DB_PASSWORD: variable.asPassword, CONTRAIL_SECRETS_FILE: secretsFile },
    redact: { secrets: [...Object.values(option), ...Object.values(written), ...Object.values(digits)] },
  }
}
