import type { ImprovementPlan } from './plan.ts'

const ruleLength = 60
const rule = '='.repeat(ruleLength)
const head = `\n\n${rule}\nPREVIOUS ATTEMPT FEEDBACK (VERY IMPORTANT):\n${rule}\n`
const foot = `\n${rule}\n`

/**
 * Append the feedback of a plan to a system prompt. One that has such feedback gets the new in its place. A plan without any (CORRECT)
 * leaves the prompt as it is, with what feedback it has: that is what made the attempt go well. `removeRetryFeedback` takes it out.
 */
export function buildRetrySystemPrompt(base: string, { system_prompt_addon: addon }: ImprovementPlan): string {
  if (addon === '') return base
  // No addon, a user's neither, may look like the end of the feedback.
  return `${removeRetryFeedback(base)}${head}${addon.replaceAll(/={9,}/g, '========')}${foot}`
}

/** Tell the review of the last attempt and the strategy for this one, for the user's part of a prompt. `''` after success. */
export function buildRetryUserContext({ user_context_addon: addon }: ImprovementPlan): string {
  return addon
}

/** Take the feedback out of a system prompt again: what is left is the prompt as it was, byte for byte. */
export function removeRetryFeedback(prompt: string): string {
  // The last one: a head further up without an end of its own is the user's.
  const start = prompt.lastIndexOf(head)
  if (start === -1) return prompt
  const end = prompt.indexOf(foot, start + head.length)
  return end === -1 ? prompt : removeRetryFeedback(prompt.slice(0, start) + prompt.slice(end + foot.length))
}
