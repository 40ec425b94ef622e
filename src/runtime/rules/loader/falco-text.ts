/**
 * Falco's own words (userspace/engine/rule_loading_messages.h and the loader's sources). People search for them, and the
 * conformance suite compares them: they stay as they are, in every language.
 */
export const FALCO = {
  append:
    "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
  enabled:
    "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace').",
  overrideAndAppend:
    "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
  noMacro: "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists",
  noList: "List uses 'append' or 'override.items: append' but no list by that name already exists",
  noRuleToAppend: "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists",
  noRuleToReplace:
    "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists",
  noRuleToEnable: "Rule has 'enabled' key but no rule by that name already exists",
  macroName: `Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)`,
  listName: `List has an invalid name. List names should match a regular expression: ([^()"'[:space:]=,]+)`,
  otherSource: 'Rule has been re-defined with a different source',
  nothingToAppend: 'Appended rule must have exceptions or condition property',
  nothingToReplace: 'The rule must have at least one field that can be replaced',
  unusedMacro: 'Macro not referred to by any other rule/macro',
  unusedList: 'List not referred to by any other rule/macro',
  tooManyEventTypes: 'Rule matches too many evt.type values. This has a significant performance penalty.',
  containerInfo:
    '%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. The container plugin will automatically add required fields to the output message.',
  appendWithoutValues: 'Overriding/appending exception with no values',
} as const

/** Fields that Falco is about to drop, and what it says of them in a condition (falco_load_result.cpp). */
export const DEPRECATED_FIELDS: ReadonlyMap<string, string> = new Map([
  [
    'evt.dir',
    "due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' always evaluates to false. The rule expression can be simplified by removing the condition on 'evt.dir'",
  ],
  ...['evt.latency', 'evt.latency.s', 'evt.latency.ns', 'evt.latency.human', 'evt.wait_latency'].map(
    (field) => [field, 'field is not available due to the drop of enter events.'] as const,
  ),
])
