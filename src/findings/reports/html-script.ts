/**
 * The page's own script: filters by severity, check and text. Without it the page shows everything. It only reads and
 * hides what is on the page; no text ever becomes markup.
 */
export const SCRIPT = `
(() => {
  const find = (query) => [...document.querySelectorAll(query)]
  const [tools] = find('.tools')
  if (!tools) return
  const text = tools.querySelector('input[type=search]')
  const check = tools.querySelector('select')
  const boxes = [...tools.querySelectorAll('input[data-severity]')]
  const suppressed = tools.querySelector('input[data-suppressed]')
  const shown = tools.querySelector('output')
  const groups = find('.group').map((element) => ({
    element,
    head: element.firstElementChild.textContent.toLowerCase(),
    findings: [...element.querySelectorAll('.finding')].map((finding) => ({ element: finding, text: undefined })),
  }))
  const apply = () => {
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean)
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.severity))
    let count = 0
    for (const group of groups) {
      let any = false
      for (const finding of group.findings) {
        const { severity, check: id, suppressed: isSuppressed } = finding.element.dataset
        let visible = severities.has(severity) && (check.value === '' || check.value === id)
        if (visible && isSuppressed !== undefined) visible = suppressed !== null && suppressed.checked
        if (visible && words.length > 0) {
          finding.text ??= group.head + ' ' + finding.element.textContent.toLowerCase()
          visible = words.every((word) => finding.text.includes(word))
        }
        finding.element.hidden = !visible
        if (visible) { any = true; count++ }
      }
      group.element.hidden = !any
    }
    shown.textContent = shown.dataset.text.replace('0', String(count))
    const [empty] = find('[data-empty]')
    if (empty) empty.hidden = count > 0
  }
  let timer
  text.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, 120) })
  tools.addEventListener('change', apply)
  tools.querySelector('button').addEventListener('click', () => {
    const open = groups.some((group) => group.findings.some((each) => !each.element.hidden && !each.element.open))
    for (const group of groups) for (const each of group.findings) if (!each.element.hidden) each.element.open = open
  })
  for (const link of find('a[data-check]'))
    link.addEventListener('click', () => { check.value = link.dataset.check; apply() })
  tools.hidden = false
  apply()
})()
`
