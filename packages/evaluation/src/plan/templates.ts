import { freeze } from '@contrail/core'
import type { RunClass } from '../failures/classes.ts'

/** The advice to the next attempt after a failure of one class. */
export interface StrategyTemplate {
  readonly what_went_wrong: string
  readonly strategy: string
  /** Things to do, in order. */
  readonly plan: readonly string[]
  /** Put into the system prompt. `''` where nothing is to be said. */
  readonly system_addon: string
}

/** The advice after a failure that has no template. */
export const defaultTemplate: StrategyTemplate = freeze({
  what_went_wrong: 'The last attempt did not succeed, and no rule says why.',
  strategy: 'Work in small steps, and check after each that it did what it was for.',
  plan: [
    'Read the task again and list all that it asks for.',
    'Look at the page or file before each action, and name what you expect to change.',
    'Compare what you see afterwards with what you expected, and turn back at the first difference.',
    'Before the end, check every point of the list against what you see.',
  ],
  system_addon:
    'Check the effect of every action before the next one, and finish only when every point of the task is seen to be done.',
})

/** The advice after an attempt that nobody judged and no rule found fault with. */
export const unjudgedTemplate: StrategyTemplate = freeze({
  ...defaultTemplate,
  what_went_wrong: 'Nobody said how the last attempt went, and no rule found a failure in it.',
})

/** The template of every class. They are frozen: a plan holds copies. */
export const strategyTemplates: Readonly<Record<RunClass, StrategyTemplate>> = freeze({
  LOOPING_BEHAVIOR: {
    what_went_wrong: 'The same action was repeated although nothing changed.',
    strategy: 'Treat an action without an effect as a dead end.',
    plan: [
      'After each action, compare the page with the one before.',
      'When nothing changed, do not repeat that action: not even once.',
      'List the other ways to the goal that the page offers: links, search, menus, addresses.',
      'Take the most direct of them; read nothing twice that has not changed.',
    ],
    system_addon:
      'Never repeat an action that had no effect. Choose another element, another way or another address instead.',
  },
  STAGNATION: {
    what_went_wrong: 'Many different actions changed nothing on the page.',
    strategy: 'Leave what does not react and come from another side.',
    plan: [
      'After two actions without an effect, stop acting on this part of the page.',
      'Look at the whole page again: a dialog, a banner or a form that is not complete may hold everything up.',
      'If nothing reacts, load the page anew or open the goal by its address.',
    ],
    system_addon:
      'When two actions in a row change nothing, stop and look for what holds the page up, or take another way.',
  },
  TOOL_ERROR_CASCADE: {
    what_went_wrong: 'Several calls in a row failed, and the errors were not acted on.',
    strategy: 'Let each error decide the next step.',
    plan: [
      'Read the error of a call before the next one.',
      'Look at the page again, since what you aimed at may be gone, covered or named otherwise.',
      'Change the arguments or the tool; do not send the same call again.',
      'After two errors in a row, go back to the last state that worked.',
    ],
    system_addon:
      'After an error, look at the page again before the next call, and never make a call that has failed without changing it.',
  },
  BLOCKED: {
    what_went_wrong: 'The site or the service refused: by a status, a captcha, a wall or a login.',
    strategy: 'Wait or go around the block, and say so where that is impossible.',
    plan: [
      'A server that is busy or broken (429, 5xx): wait a little and do the same once more.',
      'A refusal (401, 403) or a login: use the access you were given, or a page that needs none.',
      'A captcha: do not try to trick it; look for the same facts elsewhere.',
      'If no way is open, say what blocked you and what you found before it.',
    ],
    system_addon:
      'When a request is refused, try it once more after a pause; if it is refused again, take another way and never pretend it worked.',
  },
  ACT_WITHOUT_OBSERVING: {
    what_went_wrong: 'Actions were taken on a page that had not been looked at.',
    strategy: 'Look first, then act.',
    plan: [
      'Look at the page after everything that can lead to another one.',
      'Act only on what the newest look shows.',
      'Do not plan actions for a page that you have not seen.',
    ],
    system_addon: 'Look at every new page before the first action on it.',
  },
  WRONG_PAGE: {
    what_went_wrong: 'The run ended on another page or site than the task is about.',
    strategy: 'Keep to the site of the task and end where the task ends.',
    plan: [
      'Note the address at which the task begins.',
      'Before following a link, check that it stays on this site.',
      'When you land elsewhere, go back at once.',
      'Before the end, compare the address with what the task asks for.',
    ],
    system_addon: 'Stay on the site of the task, and check the address before you finish.',
  },
  FABRICATED_ANSWER: {
    what_went_wrong: 'The answer said something that no page and no tool had shown.',
    strategy: 'Answer only with what was seen.',
    plan: [
      'Open the page that shows what is asked for.',
      'Read each figure, date and name from it, and write it exactly as it is written there.',
      'Leave out what you did not find, and say that you did not find it.',
    ],
    system_addon:
      'Every figure, date, address and name of your answer must be on a page or in a result that you have seen in this attempt.',
  },
  NEVER_VERIFIED: {
    what_went_wrong: 'Success was claimed without a look at what the last action did.',
    strategy: 'Look at the outcome before answering.',
    plan: [
      'After the last submission, wait until the page has changed.',
      'Look at it and find the words that confirm what was done.',
      'If there are none, find out why and correct it.',
      'Answer with the confirmation as it is written.',
    ],
    system_addon:
      'After an action that changes something for good, look at the page and quote its confirmation in the answer.',
  },
  PREMATURE_STOP: {
    what_went_wrong: 'The run ended before the task was done, and nothing stood in the way.',
    strategy: 'Go on until the task is answered.',
    plan: [
      'List all that the task asks for.',
      'Work on the first point that is open.',
      'When a way fails, try two others before giving up: search, menus, another page.',
      'End only with an answer to every point.',
    ],
    system_addon: 'Do not stop before every point of the task is answered; when one way fails, try another.',
  },
  CONTEXT_OVERFLOW: {
    what_went_wrong: 'The model was given more than it can read.',
    strategy: 'Read less, and keep notes.',
    plan: [
      'Ask for the part of a page or file that matters, not for all of it.',
      'Write down in a few words what each step found, and drop the rest.',
      'Go straight to the goal; open nothing out of curiosity.',
    ],
    system_addon: 'Keep what you read short: ask for parts, sum up what you found, and do not read large texts twice.',
  },
  CRITICAL_POINT_VIOLATION: {
    what_went_wrong: 'Something was done that the task forbids.',
    strategy: 'Stop before what is forbidden.',
    plan: [
      'Write down what the task forbids before the first action.',
      'Before each action, check that it is not among it, also under another name.',
      'When the next action would be, stop and report that everything up to it is done.',
    ],
    system_addon: 'What the task forbids must not happen under any name. Stop right before it and say so.',
  },
  SECURITY_VIOLATION: {
    what_went_wrong: 'A secret left its site, dangerous code was written, or the environment flagged an action.',
    strategy: 'Do the same without risk.',
    plan: [
      'Type secrets only on the site that the task names.',
      'Write no code that runs commands or evaluates texts: no os.system, subprocess, eval, exec or __import__.',
      'Use the library function that does just what is needed.',
    ],
    system_addon: 'Never send a secret to another site, and never write code that executes commands or text.',
  },
  WRONG_FILE_NAVIGATION: {
    what_went_wrong: 'The files at fault were never opened.',
    strategy: 'Begin where the failing test points.',
    plan: [
      'Run the failing test and read its traceback.',
      'Open the files that it names, from the last frame upwards.',
      'Follow imports from there, and nothing else.',
    ],
    system_addon: 'Open the files that the failing test names first; read others only when those refer to them.',
  },
  BLIND_WRITE: {
    what_went_wrong: 'A file was overwritten without having been read.',
    strategy: 'Read, then change as little as possible.',
    plan: [
      'Read the whole file before the first change to it.',
      'Change only the lines that need it.',
      'Read it again after the change, then run the tests.',
    ],
    system_addon: 'Read a file in this attempt before you write it.',
  },
  HALLUCINATED_CODE: {
    what_went_wrong: 'A change made tests fail that had passed.',
    strategy: 'Understand the code before changing it, and take back what makes it worse.',
    plan: [
      'Run the tests first and note how many pass.',
      'Read the code that you will change, and all that it calls.',
      'Make one small change and run the tests.',
      'If fewer pass than before, take the change back before you try another.',
    ],
    system_addon:
      'Use only functions that you have seen in the code, and take back every change after which fewer tests pass.',
  },
  NEVER_TESTED: {
    what_went_wrong: 'The work was handed in without a test after the last change.',
    strategy: 'Test last, then hand in.',
    plan: [
      'Run the tests after every change.',
      'Read what fails and mend it.',
      'Hand in only after a run of the tests that follows the last change.',
    ],
    system_addon: 'Always run the tests after the last change, before handing in.',
  },
  CORRECT: { what_went_wrong: '', strategy: '', plan: [], system_addon: '' },
  UNKNOWN: { ...defaultTemplate, plan: [...defaultTemplate.plan] },
} satisfies Record<RunClass, StrategyTemplate>)
