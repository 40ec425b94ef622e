/** The page's style: light and dark after the reader's system, and fit to be printed. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2230; --soft: #5a6577; --faint: #8791a1; --line: #e1e5eb;
  --code: #f3f5f8; --accent: #1f5fbf; --add: #116329; --add-bg: #e6f6ea; --del: #a40e26; --del-bg: #fdecee;
  --critical: #8b1a8b; --critical-bg: #f8e8f8; --high: #c0262d; --high-bg: #fdeaea;
  --medium: #9a5b00; --medium-bg: #fff2dc; --low: #2a6496; --low-bg: #e6f1fa; --ok: #1a7f43; --ok-bg: #e5f6eb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151c; --card: #1a2029; --ink: #e4e8ef; --soft: #a3aebd; --faint: #7a8595; --line: #2c3440;
    --code: #141a22; --accent: #7fb0ff; --add: #7ee2a0; --add-bg: #10301c; --del: #ff9aa5; --del-bg: #3a161c;
    --critical: #f0a3f0; --critical-bg: #3d1b3d; --high: #ff9a9a; --high-bg: #401d1f;
    --medium: #f5c26b; --medium-bg: #3b2b0f; --low: #8cc4f2; --low-bg: #16304a; --ok: #7ee2a0; --ok-bg: #10301c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.6 system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
}
:lang(ko) { word-break: keep-all; overflow-wrap: anywhere; }
main, header > div { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header > div { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 20px; padding-block: 20px; }
h1 { font-size: 22px; line-height: 1.3; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 17px; margin: 36px 0 12px; }
.meta { color: var(--soft); font-size: 13px; }
.verdict { margin: 24px 0 16px; padding: 14px 18px; border-radius: 10px; font-weight: 600; background: var(--card); border: 1px solid var(--line); }
.verdict.failed { background: var(--high-bg); color: var(--high); border-color: transparent; }
.verdict.passed { background: var(--ok-bg); color: var(--ok); border-color: transparent; }
.verdict p { margin: 2px 0 0; font-weight: 400; font-size: 14px; color: var(--ink); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 12px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.card b { display: block; font-size: 26px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: 13px; }
.card.critical b { color: var(--critical); } .card.high b { color: var(--high); }
.card.medium b { color: var(--medium); } .card.low b { color: var(--low); }
.card.zero b { color: var(--faint); }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; font-size: 14px; }
th { text-align: start; font-weight: 600; color: var(--soft); font-size: 13px; }
th, td { padding: 8px 14px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "D2Coding", "Noto Sans Mono CJK KR", monospace; font-size: 13px; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
.tools { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 12px 0; background: var(--page); border-bottom: 1px solid var(--line); }
.tools input[type=search], .tools select { font: inherit; font-size: 14px; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 6px 10px; }
.tools input[type=search] { flex: 1 1 200px; min-width: 0; } .tools select { max-width: 260px; }
.tools label { display: inline-flex; align-items: center; gap: 5px; font-size: 13px; padding: 5px 10px; border: 1px solid var(--line); border-radius: 999px; background: var(--card); cursor: pointer; white-space: nowrap; }
.tools input[type=checkbox] { margin: 0; accent-color: currentColor; }
.tools button { font: inherit; font-size: 13px; color: inherit; background: none; border: 0; padding: 5px 4px; cursor: pointer; text-decoration: underline; text-underline-offset: 3px; }
.tools output { color: var(--soft); font-size: 13px; margin-inline-start: auto; white-space: nowrap; }
.critical-text { color: var(--critical); } .high-text { color: var(--high); } .medium-text { color: var(--medium); } .low-text { color: var(--low); }
.group { margin: 20px 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; content-visibility: auto; contain-intrinsic-size: auto 300px; }
.group > h3 { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 2px 16px; margin: 0; padding: 11px 18px; font-size: 15px; border-bottom: 1px solid var(--line); background: var(--code); }
.group > h3 small { font-weight: 400; color: var(--soft); font-size: 13px; }
.checks > summary { display: block; padding: 0; } .checks > summary:hover { background: none; }
.checks > summary h2 { display: inline-block; margin-bottom: 0; } .checks[open] > summary h2 { margin-bottom: 12px; } .checks > summary h2::before { content: "▸"; display: inline-block; width: 1.1em; color: var(--faint); }
.checks[open] > summary h2::before { content: "▾"; } h2 small { font-weight: 400; color: var(--faint); font-size: 14px; }
.finding + .finding { border-top: 1px solid var(--line); }
.finding > summary { display: grid; grid-template-columns: 68px 1fr 12px; gap: 2px 12px; padding: 11px 18px; }
.finding > summary::after { content: "›"; grid-column: 3; grid-row: 1; justify-self: end; align-self: start; color: var(--faint); font-size: 18px; line-height: 1.3; transition: transform 0.12s; }
.finding[open] > summary::after { transform: rotate(90deg); }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
.finding > summary:hover { background: color-mix(in srgb, var(--code) 60%, transparent); }
summary:focus-visible, .tools :focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.badge { justify-self: start; align-self: start; font-size: 12px; font-weight: 600; line-height: 1.3; padding: 3px 8px; margin-top: 2px; border-radius: 6px; white-space: nowrap; }
.badge.critical { color: var(--critical); background: var(--critical-bg); } .badge.high { color: var(--high); background: var(--high-bg); }
.badge.medium { color: var(--medium); background: var(--medium-bg); } .badge.low { color: var(--low); background: var(--low-bg); }
.where { grid-column: 2 / 4; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.where code { font-size: 12.5px; }
.suppressed { opacity: 0.72; }
.tag { font-size: 12px; color: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0 6px; margin-inline-end: 6px; white-space: nowrap; }
.more { padding: 0 18px 16px 98px; font-size: 14px; }
.more p { margin: 8px 0; } .more h4::first-letter { text-transform: uppercase; } .more h4 { margin: 12px 0 4px; font-size: 13px; color: var(--soft); font-weight: 600; }
pre { margin: 6px 0; padding: 10px 14px; background: var(--code); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; line-height: 1.5; tab-size: 4; }
pre i { font-style: normal; color: var(--faint); user-select: none; } pre b { color: var(--high); font-weight: 700; }
ins, del { text-decoration: none; display: block; margin: 0 -14px; padding: 0 14px; }
ins { color: var(--add); background: var(--add-bg); } del { color: var(--del); background: var(--del-bg); }
.empty { padding: 40px 0; text-align: center; color: var(--soft); }
.left-out { color: var(--soft); font-size: 14px; }
footer { margin: 40px 0; color: var(--faint); font-size: 13px; }
[hidden] { display: none !important; }
@media (max-width: 640px) {
  main, header > div { padding-inline: 14px; } .more { padding-inline-start: 18px; } .finding > summary { grid-template-columns: 1fr 12px; } .finding > summary > * { grid-column: 1; } .finding > summary::after { grid-column: 2; }
  .tools { position: static; }
}
@media print { .tools { display: none; } .group { content-visibility: visible; break-inside: avoid; } body { background: #fff; } }
`
