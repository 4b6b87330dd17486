import type { ImageReference, Step } from '@contrail/core'
import { textOf } from './texts.ts'

/**
 * The sorts of actions that rules tell apart. `navigate`: to an address. `act`: on a page. `look`: at a page, which stays as it
 * is. `read`, `search`, `write`: files and texts. `test`: runs tests. `submit`: hands the work in.
 */
export type ActionKind = 'navigate' | 'act' | 'look' | 'read' | 'search' | 'write' | 'test' | 'submit'

const names: Readonly<Record<ActionKind, string>> = {
  navigate: 'goto navigate navigate_to open open_url visit go_back back go_forward forward reload refresh load',
  act: `act click tap double_click dblclick doubleclick right_click left_click middle_click triple_click fill type type_text
    input input_text press press_key keypress key keys send_keys check uncheck select select_option set_checked set_input_files
    upload upload_file drag drag_to drop dispatch_event clear left_click_drag add buy remove dismiss accept`,
  look: `look look_for screenshot take_screenshot snapshot aria_snapshot observe wait wait_for wait_for_text sleep scroll
    scroll_to scroll_into_view hover mouse_move move zoom inspect get_page view_page`,
  read: `read read_file view view_file cat open_file extract extract_text extract_content get_text read_page read_frame read_popup
    text_content inner_text fetch fetch_url get_content`,
  search:
    'search search_code search_files search_web web_search grep find find_files glob ls list list_files list_directory query',
  write: `write write_file create create_file edit edit_file save_file append append_file str_replace insert replace
    replace_in_file apply_patch patch update_file delete_file`,
  test: 'test run_tests run_test tests pytest unit_test execute_tests',
  submit: 'submit finish done complete submit_answer submit_solution answer',
}

/**
 * The kind of every action name that is known: lower case, words joined by `_`. Names of your own are given beside them as the option
 * `actionKinds`, e.g. `{ peek: 'read' }`.
 */
export const defaultActionKinds: Readonly<Record<string, ActionKind>> = Object.freeze(
  Object.fromEntries(
    (Object.keys(names) as ActionKind[]).flatMap((kind) =>
      names[kind].split(/\s+/).map((name) => [name, kind] as const),
    ),
  ),
)

const shells = new Set(['bash', 'shell', 'run', 'run_command', 'execute', 'execute_command', 'terminal', 'exec'])
const testCommand =
  /\b(?:pytest|unittest|vitest|jest|mocha|tox|(?:npm|pnpm|yarn|go|cargo|make|mvn|gradle|dotnet) (?:run )?test)\b/

/** Tell the command of a step that is one of a shell. */
export function commandOf({ actionName, actionArgs }: Step<ImageReference>): string | undefined {
  return shells.has(toWords(actionName)) ? textOf(actionArgs['command'] ?? actionArgs['cmd']) : undefined
}

/**
 * Make a sorter of steps. A name is looked up as it is, then in lower case with `_` between its words, then without what stands before its last
 * `.`, `__` or `browser_`, and last by its first word: `browser_click`, `page.click` and `click_element` act.
 *
 * @param own kinds of names, before the known ones
 */
export function createSorter(
  own: Readonly<Record<string, ActionKind>> = {},
): (step: Step<ImageReference>) => ActionKind | undefined {
  const known = new Map<string, ActionKind | undefined>()
  const find = (name: string): ActionKind | undefined => kindIn(own, name) ?? kindIn(defaultActionKinds, name)
  const sort = (name: string): ActionKind | undefined => {
    const words = toWords(name)
    const short = words.replace(/^.*(?:\.|__)/, '').replace(/^(?:browser|page|computer|agent)_/, '')
    return find(name) ?? find(words) ?? find(short) ?? find(short.split('_', 1)[0] ?? '')
  }
  return (step) => {
    const command = commandOf(step)
    if (command !== undefined && kindIn(own, step.actionName) === undefined)
      return testCommand.test(command.slice(0, 2_000)) ? 'test' : undefined
    if (!known.has(step.actionName)) known.set(step.actionName, sort(step.actionName))
    return known.get(step.actionName) ?? kindOfCommand(step, find)
  }
}

/** A tool that does several things is told in its arguments which: `{ action: 'left_click' }`, `{ command: 'view' }`. */
function kindOfCommand(
  { actionArgs }: Step<ImageReference>,
  find: (name: string) => ActionKind | undefined,
): ActionKind | undefined {
  const command = textOf(actionArgs['action'] ?? actionArgs['command'])
  return command === undefined ? undefined : find(toWords(command))
}

function kindIn(kinds: Readonly<Record<string, ActionKind>>, name: string): ActionKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}

function toWords(name: string): string {
  return name
    .slice(0, 200)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s-]+/g, '_')
    .toLowerCase()
}
