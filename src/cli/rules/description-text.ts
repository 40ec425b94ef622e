import type pc from 'picocolors'
import { visible } from '../../findings/index.ts'
import type { Language, Message, Render } from '../../messages/index.ts'
import { displayWidth } from '../../messages/index.ts'
import type {
  ListDescription,
  MacroDescription,
  Place,
  Rule,
  RuleDescription,
  RuleSet,
  RuleSetDescription,
} from '../../runtime/rules/index.ts'
import { rulesMessages } from './messages.ts'

interface Style {
  readonly render: Render
  readonly language: Language
  readonly colors: ReturnType<typeof pc.createColors>
}

const { make } = rulesMessages

/** More event types than this are told by their number: the condition restricts next to nothing. */
const MANY_EVENTS = 40

/** For each rule, macro and list a paragraph with what it is and where it stands. */
export function descriptionText(described: RuleSetDescription, set: RuleSet, style: Style): string {
  const places = new Map([...set.macros, ...set.lists].map(({ name, place }) => [name, place]))
  const rules = new Map(set.rules.map((rule) => [rule.name, rule]))
  const parts = [
    ...described.rules.map((rule) => ruleText(rule, rules.get(rule.info.name), style)),
    ...described.macros.map((macro) => macroText(macro, places.get(macro.info.name), style)),
    ...described.lists.map((list) => listText(list, places.get(list.info.name), style)),
  ]
  return `${parts.join('\n\n')}\n`
}

function ruleText({ info, details }: RuleDescription, rule: Rule | undefined, style: Style): string {
  const state = style.render(info.enabled ? make.on({}) : make.off({}))
  const korean = style.language === 'ko' ? rule?.koreanDescription : undefined
  return paragraph(make.rule({}), info.name, korean ?? info.description, style, [
    [make.place({}), placeText(rule?.place)],
    [make.priority({}), `${info.priority} (${state})`],
    [make.source({}), info.source],
    [make.tags({}), info.tags.join(', ')],
    [make.condition({}), info.condition],
    [make.compiled({}), details.condition_compiled],
    ...(['threshold', 'sequence', 'suppress'] as const).map(
      (key) => [make.ownKey({ key }), keysText(info[key])] as const,
    ),
    [make.events({}), eventsText(details.events, style)],
    [make.fields({}), details.condition_fields.join(', ')],
    [make.macros({}), details.macros.join(', ')],
    [make.lists({}), details.lists.join(', ')],
    [make.exceptions({}), details.exception_names.join(', ')],
    [make.output({}), details.output_compiled],
  ])
}

function macroText({ info, details }: MacroDescription, place: Place | undefined, style: Style): string {
  return paragraph(make.macro({}), info.name, unusedText(details.used, style), style, [
    [make.place({}), placeText(place)],
    [make.condition({}), info.condition],
    [make.compiled({}), details.condition_compiled],
    [make.fields({}), details.condition_fields.join(', ')],
    [make.macros({}), details.macros.join(', ')],
    [make.lists({}), details.lists.join(', ')],
  ])
}

function listText({ info, details }: ListDescription, place: Place | undefined, style: Style): string {
  return paragraph(make.list({}), info.name, unusedText(details.used, style), style, [
    [make.place({}), placeText(place)],
    [make.lists({}), details.lists.join(', ')],
    [make.items({}), details.items_compiled.join(', ')],
  ])
}

function paragraph(
  kind: Message,
  name: string,
  description: string,
  { render, colors }: Style,
  rows: readonly (readonly [Message, string])[],
): string {
  const given = rows.filter(([, value]) => value !== '')
  const titles = given.map(([title]) => render(title))
  const width = Math.max(...titles.map(displayWidth))
  const lines = given.map(([, value], index) => {
    const title = titles[index] ?? ''
    return `  ${colors.dim(`${title}${' '.repeat(width - displayWidth(title))}`)}  ${visible(oneLine(value))}`
  })
  const about = oneLine(description)
  return [
    `${render(kind)} ${colors.bold(visible(name))}`,
    ...(about === '' ? [] : [`  ${visible(about)}`]),
    ...lines,
  ].join('\n')
}

function unusedText(isUsed: boolean, { render }: Style): string {
  return isUsed ? '' : render(make.unused({}))
}

function eventsText(events: readonly string[], { render }: Style): string {
  return events.length > MANY_EVENTS ? render(make.everyEvent({ count: events.length })) : events.join(', ')
}

function keysText(keys: object = {}): string {
  return Object.entries(keys)
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`)
    .join(', ')
}

function placeText(place: Place | undefined): string {
  return place === undefined ? '' : `${place.file}:${place.line}`
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}
