// The dialogs: all keys, a remark, who labels, and how the round stands.

const $ = id => document.getElementById(id)

function element(name, attributes = {}, ...children) {
  const e = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) e.addEventListener(key.slice(2), value)
    else if (value != null && value !== false) e.setAttribute(key, value)
  }
  e.append(...children.filter(child => child != null))
  return e
}
export { element }

function open(id, title, ...content) {
  const dialog = $(id)
  dialog.replaceChildren(element('h2', { id: `${id}-title` }, title), ...content)
  if (!dialog.open) dialog.showModal()
  return dialog
}

export function help(table) {
  open('help', 'All keys', element('div', { class: 'keys' }, ...table.map(k =>
    element('div', {}, element('kbd', {}, k.shown || k.keys[0]), element('span', {}, k.name + (k.title && k.act !== 'label' ? `: ${k.title}` : ''))))),
  element('p', {}, 'Drag in the whole spectrum to zoom; Esc closes this.'),
  element('div', { class: 'row' }, element('button', { type: 'button', onclick: () => $('help').close() }, 'Close')))
}

function ask(id, title, label, field, done) {
  const form = element('form', { method: 'dialog', onsubmit: event => { event.preventDefault(); $(id).close(); done(field.value.trim()) } },
    element('label', {}, label, field),
    element('div', { class: 'row' }, element('button', { class: 'main' }, 'Save'), element('button', { type: 'button', onclick: () => $(id).close() }, 'Leave')))
  field.addEventListener('keydown', event => { if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); form.requestSubmit() } })
  open(id, title, form)
  field.focus()
}

export function comment(name, text, done) {
  const field = element('textarea', { rows: 4, maxlength: 2000 })
  field.value = text || ''
  ask('comment', `Remark on ${name}`, 'Enter saves, Esc leaves', field, done)
}

export function who(rater, done) {
  const field = element('input', { maxlength: 80, required: true, autocomplete: 'off' })
  field.value = rater
  ask('who', 'Who labels?', 'Your name stands beside each label', field, name => name && done(name))
}

const percent = value => `${(value * 100).toFixed(0)} %`
const share = a => a && `${a.agree} of ${a.of}, ${percent(a.agree / a.of)} (95 %: ${percent(a.low)} to ${percent(a.high)})`

// From the audit sample: a share of the pool, with its interval.
const estimate = q => `${q.value == null ? '' : `${percent(q.value)} `}(95 %: ${percent(q.low)} to ${percent(q.high)})`

export function end(desk, summary, { left, train, waiting }) {
  const rows = [
    ['answered', `${summary.labelled + summary.unusable} of ${summary.total}` + (left ? `, ${left} left` : '')],
    ['labels', desk.classes.map((c, i) => `${summary.counts[i]} ${c.name}`).join(', ') + (summary.unusable ? `, ${summary.unusable} unusable` : '')],
    ['flagged', summary.flagged || null],
    ['pace', summary.pace ? `${summary.pace.toFixed(1)} s each (median)` : null],
    ['agreement where it was asked to learn', share(summary.learned)],
    ['precision of the candidates', summary.estimate && estimate(summary.estimate.precision)],
    ['recall', summary.estimate && summary.hasRecall && estimate(summary.estimate.recall)],
    ['whether to stop', !left && summary.verdict],
  ].filter(([, value]) => value)
  const table = element('table', {}, element('caption', { class: 'unseen' }, 'Labels against guesses'),
    element('tr', {}, element('th', { scope: 'col' }, 'you said \\ network'), ...desk.classes.map(c => element('th', { scope: 'col' }, c.name))),
    ...summary.confusion.map((row, i) => element('tr', {}, element('th', { scope: 'row' }, desk.classes[i].name),
      ...row.map((n, j) => element('td', i === j ? { class: 'same' } : {}, `${n}`)))))
  const hasGuess = summary.confusion.flat().some(n => n)
  const button = desk.canTrain && summary.round != null && !left
    ? element('button', { class: 'main', type: 'button', id: 'train', onclick: train, disabled: waiting ? '' : null }, 'Train the next round') : null
  open('end', left ? `${summary.title} so far` : `${summary.title} is done`,
    element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, `${value}`)])),
    hasGuess && !left ? table : null,
    desk.isSimulated ? element('p', {}, 'The network was trained on simulated spectra: these figures rehearse a search.') : null,
    element('div', { id: 'training', role: 'status' }),
    summary.round != null ? element('p', {}, 'In a terminal, the desk closed: ', element('code', {}, summary.commands.join(' && '))) : null,
    element('div', { class: 'row' }, ...[button, element('button', { type: 'button', onclick: () => $('end').close() }, left ? 'Go on' : 'Look again')].filter(Boolean)))
}

export function showTraining(state) {
  const place = $('training')
  if (!place) return
  if (state.problem) { place.replaceChildren(element('p', {}, `It stopped: ${state.problem}`)); if ($('train')) $('train').disabled = false; return }
  place.replaceChildren(element('p', {}, `${state.stage}${state.total ? ` ${state.done} of ${state.total}` : ''} ${state.note}`),
    element('progress', { max: state.total || 1, value: state.total ? state.done : null, 'aria-label': state.stage }))
}
