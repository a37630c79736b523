// The label desk: which spectrum is shown, what is done with it, and what is known of it.

import { Store } from '/store.js'
import { keyTable, isElsewhere } from '/keys.js'
import { colours, HALPHA } from '/plot.js'
import { view, resetView, lineTitle, drawLine, drawWhole, drawSide, describe } from '/panes.js'
import * as dialogs from '/dialogs.js'

const { element } = dialogs
const $ = id => document.getElementById(id)
const AHEAD = 6

let desk = null, table = [], theme = null, at = 0, picture = null, outside = null
let since = performance.now(), dialogTime = 0, shownGuess = new Set(), isHeld = false, pressed = 0
const pictures = new Map()

const store = new Store(showSaved, (id, reason) => { notice(`Not saved: ${reason}`); start() })

// MARK: What is asked

async function get(path) {
  const answer = await fetch(path)
  if (answer.status === 401) { notice('Open the address that votrawl label printed: this page is not known to the desk.', 0); throw new Error('401') }
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}

const post = (path, body) => fetch(path, { method: 'POST', body })
const items = () => desk.items
const current = () => outside || items()[at]
const answerOf = item => desk.answers[item.id] || {}
const isFinal = item => { const a = answerOf(item); return a.label != null || a.unusable === true }
const answered = () => items().filter(isFinal).length

// First what was not asked yet, in order, going on from a place; then what was skipped.
function nextOpen(from) {
  const n = items().length
  for (const wantsSkipped of [false, true]) {
    for (let k = 0; k < n; k++) {
      const i = (from + k) % n, item = items()[i]
      if (!isFinal(item) && !!answerOf(item).skipped === wantsSkipped) return i
    }
  }
  return -1
}

function load(item) {
  if (!pictures.has(item.id)) {
    const promise = get(`/api/spectrum/${item.id}`)
    const entry = { promise, value: null }
    promise.then(value => { entry.value = value }, () => pictures.delete(item.id))
    pictures.set(item.id, entry)
    if (pictures.size > 60) pictures.delete(pictures.keys().next().value)
  }
  return pictures.get(item.id)
}

// The next ones, two at a time: a browser has six connections to a host, and an act must never wait for a picture.
let prefetching = 0
function prefetch() {
  let i = at
  for (let k = 0; k < AHEAD && items().length && prefetching < 2; k++) {
    i = nextOpen((i + 1) % items().length)
    if (i < 0) return
    if (pictures.has(items()[i].id)) continue
    prefetching++
    const done = () => { prefetching--; if (current()) prefetch() }
    load(items()[i]).promise.then(done, () => { prefetching-- })
  }
}

// MARK: Showing

async function show(item, { resets = true } = {}) {
  if (resets) resetView()
  since = performance.now(); dialogTime = 0
  $('name').textContent = item.name
  $('guess').hidden = true
  showAnswer(); showButtons(); showCount()
  const entry = load(item)
  if (!entry.value) {
    picture = null
    $('line-title').textContent = 'fetching …'
    for (const id of ['line', 'side', 'whole']) { const c = $(id); c.getContext('2d').clearRect(0, 0, c.width, c.height) }
    try { await entry.promise } catch (error) {
      if (current()?.id === item.id && !picture) { $('line-title').textContent = 'the desk does not answer; asking again …'; setTimeout(() => current()?.id === item.id && !picture && show(item), 700) }
      return
    }
    if (current()?.id !== item.id) return
  }
  picture = entry.value
  draw(); facts()
  if (pressed) { performance.measure('key-to-picture', { start: pressed, end: performance.now() }); pressed = 0 }
  document.body.dataset.shown = item.id
  prefetch()
  post(`/api/shown/${item.id}`).catch(() => {})
}

function draw() {
  if (!picture) return
  theme = theme || colours()
  $('line-title').textContent = lineTitle(desk, picture)
  drawLine($('line'), desk, picture, theme)
  $('line').setAttribute('aria-label', describe(picture))
  $('side-title').textContent = drawSide($('side'), desk, picture, theme)
  $('side').setAttribute('aria-label', `${$('side-title').textContent}: ` + desk.classes.map((c, i) => `${c.name}: ${(picture.neighbours[i] || []).map(n => `${n.name}, distance ${n.distance}`).join('; ') || 'none'}`).join('. '))
  drawWhole($('whole'), desk, picture, theme)
  $('whole').setAttribute('aria-label', picture.whole ? `Whole spectrum, ${Math.round(picture.whole.wavelength[0] || 0)} to ${Math.round(picture.whole.wavelength.at(-1) || 0)} Å` : 'Whole spectrum not to be had')
}

function facts() {
  const p = picture, parts = []
  if (p.ra != null) parts.push(element('button', { class: 'quiet', type: 'button', title: 'Copy (ICRS)', onclick: event => { navigator.clipboard?.writeText(`${p.ra} ${p.dec}`); say('position copied'); release(event) } }, `${p.ra.toFixed(5)} ${p.dec < 0 ? '−' : '+'}${Math.abs(p.dec).toFixed(5)}`))
  const words = [p.type, p.snr != null && `S/N ${p.snr.toFixed(0)}`, p.dateObs != null && `MJD ${Math.floor(p.dateObs)}`,
    p.equivalentWidth != null && `EW ${p.equivalentWidth.toFixed(1).replace('-', '−')} Å`, p.collection].filter(Boolean)
  $('facts').replaceChildren(...parts, ` ${words.join(' · ')}`)
  $('links').replaceChildren(...p.links.map(l => element('a', { href: l.url, target: '_blank', rel: 'noopener noreferrer' }, l.title)))
  $('simulated').hidden = !p.isSimulated
}

function showAnswer() {
  const item = current()
  if (!item) return
  const a = answerOf(item)
  const words = [a.label || (a.unusable && 'unusable') || (a.skipped && 'skipped'), a.flagged && '⚑ flagged', a.comment && `“${a.comment}”`].filter(Boolean)
  $('answer').hidden = !words.length
  $('answer').textContent = words.join(' · ')
}

function showButtons() {
  const item = current(), a = item ? answerOf(item) : {}
  for (const button of $('buttons').querySelectorAll('button')) {
    const k = table[+button.dataset.key]
    const on = k.act === 'label' ? a.label === k.value : k.act === 'unusable' ? a.unusable === true : k.act === 'flag' ? a.flagged === true : k.act === 'comment' ? !!a.comment : null
    if (on != null) button.setAttribute('aria-pressed', on)
  }
}

function showCount() {
  const done = answered(), total = items().length
  $('bar').max = Math.max(1, total); $('bar').value = done
  $('count').textContent = `${done} / ${total}`
  const times = Object.values(desk.answers).map(a => a.seconds).filter(s => s != null).sort((a, b) => a - b)
  const pace = times.length ? times[times.length >> 1] : null
  $('pace').title = pace == null ? '' : `about ${Math.ceil(pace * (total - done) / 60)} minutes left`
  $('pace').textContent = pace == null ? '' : `${pace.toFixed(1)} s each`
}

function showSaved() {
  const n = store.pending.length
  $('saved').textContent = n && !store.isConnected ? `⚠ the desk does not answer: ${n} ${n > 1 ? 'acts wait' : 'act waits'} in this browser` : n ? `saving ${n} …` : '✓ all saved'
  $('saved').className = n && !store.isConnected ? 'waiting' : ''
  document.body.dataset.pending = n
}

function say(words) { $('live').textContent = words }
let noticed = 0
function notice(words, ms = 3500) {
  $('notice').textContent = words; $('notice').hidden = false
  clearTimeout(noticed)
  if (ms) noticed = setTimeout(() => { $('notice').hidden = true }, ms)
}
// After a click the keys belong to the page again; after Tab and Enter the button keeps them.
function release(event) { if (event.detail > 0) event.currentTarget.blur() }

// MARK: Acting

function uuid() { return crypto.randomUUID() }

function act(item, said) {
  const whole = { id: uuid(), collection: item.collection, did: item.did, rater: desk.rater, time: new Date().toISOString().replace(/\.\d+/, ''), ...said }
  if (desk.round != null && !outside) whole.round = desk.round
  store.add(whole)
  return whole
}

function answer(said, words) {
  if (isHeld) return
  const item = current(), wasOutside = outside
  const seconds = Math.max(0, (performance.now() - since - dialogTime) / 1000)
  const done = act(item, { ...said, seconds: Math.round(seconds * 100) / 100, shownGuess: shownGuess.has(item.id) || undefined })
  const { flagged, comment } = answerOf(item)
  desk.answers[item.id] = { ...said, act: done.id, seconds, flagged, comment }
  desk.history.push(done.id)
  undoable.set(done.id, item)
  $('last').textContent = `last: ${item.name} → ${words}`
  outside = null
  const next = nextOpen(wasOutside ? at : at + 1)
  const left = items().length - answered()
  say(`${item.name}: ${words}. ${left} left.`)
  if (next < 0) { showAnswer(); showButtons(); showCount(); actions.end(); return }
  at = next
  show(items()[at])
}

// Acts of before a reload know their spectrum by the desk's answers.
const undoable = new Map()
function itemOf(id) { return undoable.get(id) || items().find(i => answerOf(i).act === id) }

const actions = {
  label: name => answer({ label: name }, name),
  unusable: () => answer({ unusable: true }, 'unusable'),
  skip: () => answer({ skipped: true }, 'skipped'),
  undo() {
    if (isHeld) return
    while (desk.history.length) {
      const id = desk.history.pop(), item = itemOf(id)
      if (!item) continue
      act(item, { undoes: id })
      const { flagged, comment } = answerOf(item)
      desk.answers[item.id] = { flagged, comment }
      const place = items().findIndex(i => i.id === item.id)
      outside = place < 0 ? item : null
      if (place >= 0) at = place
      $('last').textContent = `undone: ${item.name}`
      say(`Undone: ${item.name}`)
      return show(item)
    }
    notice('There is nothing to undo.')
  },
  flag() {
    const item = current(), flagged = !answerOf(item).flagged
    act(item, { flagged })
    desk.answers[item.id] = { ...answerOf(item), flagged }
    say(flagged ? 'flagged' : 'flag taken away'); showAnswer(); showButtons()
  },
  comment() {
    const item = current(), began = performance.now()
    dialogs.comment(item.name, answerOf(item).comment, text => {
      act(item, { comment: text }); desk.answers[item.id] = { ...answerOf(item), comment: text }
      dialogTime += performance.now() - began; say('remark saved'); showAnswer(); showButtons()
    })
  },
  async guess() {
    const item = current(), { probabilities } = await get(`/api/guess/${item.id}`)
    if (current()?.id !== item.id) return
    if (probabilities.length) shownGuess.add(item.id)
    $('guess').textContent = probabilities.length ? 'network: ' + desk.classes.map((c, i) => `${c.name} ${probabilities[i].toFixed(2)}`).join(' · ') : 'no guess is shown for this one'
    $('guess').hidden = false; say($('guess').textContent)
  },
  previous() { step(-1) }, next() { step(1) },
  zoomIn() { zoom(.7) }, zoomOut() { zoom(1 / .7) }, panLeft() { pan(-.2) }, panRight() { pan(.2) },
  reset() { resetView(); draw() },
  smooth() { view.smooth = { 1: 3, 3: 5, 5: 1 }[view.smooth]; draw(); say(`smoothed over ${view.smooth}`) },
  raw() { view.raw = !view.raw; draw(); say(view.raw ? 'raw flux' : 'scaled flux') },
  velocity() { view.velocity = !view.velocity; draw(); say(view.velocity ? 'kilometres per second' : 'ångström') },
  air() { view.air = !view.air; draw(); say(view.air ? 'air' : 'vacuum') },
  lines() { view.lines = (view.lines + 1) % 3; draw() },
  side() { view.side = { auto: 'neighbours', neighbours: 'epochs', epochs: 'auto' }[view.side]; draw() },
  open(i) { const link = picture?.links[i]; if (link) window.open(link.url, '_blank', 'noopener,noreferrer') },
  send() { return told(`/api/send/${current().id}`) },
  async select() { await store.flush(); return told(`/api/select?rater=${encodeURIComponent(desk.rater)}`) },
  home() { if (desk.home) post('/api/home'); else notice(`This is ${desk.title}.`) },
  rater() { dialogs.who(desk.rater, name => { localStorage.setItem('votrawl.rater', name); start() }) },
  theme() {
    const root = document.documentElement, next = { undefined: 'dark', dark: 'light', light: undefined }[root.dataset.theme]
    if (next) root.dataset.theme = next; else delete root.dataset.theme
    localStorage.setItem('votrawl.theme', next || ''); theme = null; draw()
  },
  async end() {
    await store.flush()
    try {
      const summary = await get(`/api/summary?rater=${encodeURIComponent(desk.rater)}`)
      dialogs.end(desk, summary, { left: items().length - answered(), train, waiting: desk.training && !desk.training.problem })
      if (desk.training) dialogs.showTraining(desk.training)
    } catch { notice('The desk does not answer.') }
  },
  help() { dialogs.help(table) },
}

// Asks the desk to tell other programs, and says what came of it.
async function told(path) {
  try { notice(await (await post(path)).text()) } catch { notice('The desk does not answer.') }
}

async function train() {
  $('train').disabled = true
  const a = await post('/api/next')
  if (!a.ok) notice(await a.text())
}

function step(by) {
  if (!items().length) return
  outside = null; at = (at + by + items().length) % items().length; show(items()[at])
}
function zoom(factor, centre = (view.range[0] + view.range[1]) / 2) {
  const [a, b] = view.range, width = Math.min(4000, Math.max(4, (b - a) * factor)), share = (centre - a) / (b - a)
  view.range = [centre - share * width, centre + (1 - share) * width]; draw()
}
function pan(share) { const [a, b] = view.range, d = (b - a) * share; view.range = [a + d, b + d]; draw() }

// MARK: Hands

addEventListener('keydown', event => {
  if (!desk || isElsewhere(event)) return
  const index = table.findIndex(k => k.keys.includes(event.key))
  const found = table[index] || table.find(k => k.keys.includes(event.key.toLowerCase()) && !event.shiftKey)
  if (!found) return
  event.preventDefault()
  // A key held down must not answer for spectra nobody has seen.
  if (event.repeat && !/zoom|pan|previous|next/.test(found.act)) return
  if (!current() && !/rater|theme|help|end|undo|home/.test(found.act)) return
  pressed = /label|skip|unusable/.test(found.act) ? event.timeStamp : 0
  actions[found.act](found.value)
})

function buttons() {
  const all = table.map((k, i) => k.button && element('button', { type: 'button', 'data-key': i, title: k.title, 'aria-keyshortcuts': k.shown || k.keys[0],
    onclick: event => { release(event); if (current() || k.act === 'help' || k.act === 'undo') actions[k.act](k.value) } }, element('kbd', { 'aria-hidden': 'true' }, k.shown || k.keys[0]), k.name)).filter(Boolean)
  $('buttons').replaceChildren(...all)
  $('hints').textContent = '← → look   + − zoom   N raw   V km/s   A air   S smooth   E compare   Enter round   ? all keys'
}

let drag = null
const wholeAt = event => { const box = $('whole').getBoundingClientRect(), w = picture.whole.wavelength; return w[0] + (event.clientX - box.left - 52) / (box.width - 64) * (w.at(-1) - w[0]) }
$('whole').addEventListener('pointerdown', event => { if (picture?.whole) { drag = wholeAt(event); $('whole').setPointerCapture(event.pointerId) } })
$('whole').addEventListener('pointermove', event => { if (drag != null) drawWhole($('whole'), desk, picture, theme, [drag, wholeAt(event)].sort((a, b) => a - b)) })
$('whole').addEventListener('pointerup', event => {
  if (drag == null) return
  const range = [drag, wholeAt(event)].sort((a, b) => a - b); drag = null
  if (range[1] - range[0] > 3) view.range = range
  draw()
})
$('whole').addEventListener('dblclick', () => actions.reset())
$('line').addEventListener('wheel', event => { event.preventDefault(); if (picture) zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, HALPHA) }, { passive: false })
$('rater').addEventListener('click', event => { release(event); actions.rater() })
new ResizeObserver(() => draw()).observe($('line'))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { theme = null; draw() })

// MARK: Beginning

async function session() {
  const token = location.hash.slice(1)
  if (!token) return
  const answer = await fetch('/api/session', { method: 'POST', headers: { Authorization: `Bearer ${token}` } })
  // The secret leaves the address bar, and with it the history and what is copied from it.
  if (answer.ok) history.replaceState(null, '', '/')
}

async function start() {
  // What waits from before a break comes first, so that the answers below know of it.
  if (store.pending.length) await store.flush()
  const rater = localStorage.getItem('votrawl.rater') || ''
  desk = await get(`/api/desk?rater=${encodeURIComponent(rater)}`)
  table = keyTable(desk.classes)
  buttons()
  $('set').replaceChildren(desk.title, ...desk.home ? [' ', element('button', { type: 'button', class: 'quiet', title: 'Back (B)', onclick: event => { release(event); actions.home() } }, `back to ${desk.home}`)] : [])
  $('rater').textContent = desk.rater
  $('rater').setAttribute('aria-label', `Who labels: ${desk.rater}`)
  document.title = `${desk.title} · ${desk.survey} · VOTrawl`
  showSaved(); showCount()
  if (!items().length) { $('name').textContent = 'Nothing to label'; return }
  const next = nextOpen(0)
  at = Math.max(0, next); outside = null
  await show(items()[at])
  if (next < 0) actions.end()
  document.body.dataset.ready = 'yes'
}

function listen() {
  const events = new EventSource('/api/events')
  const on = (name, use) => events.addEventListener(name, event => use(JSON.parse(event.data)))
  on('training', state => { desk.training = state; if (!$('end').open) actions.end(); else dialogs.showTraining(state) })
  on('set', set => { if ($('end').open) $('end').close(); pictures.clear(); notice(`Now: ${set.title}`); start() })
  on('show', item => {
    const place = items().findIndex(i => i.id === item.id)
    if (place >= 0) { at = place; outside = null } else outside = item
    show(current())
  })
  on('say', ({ words }) => notice(words))
  // After a break the desk may be another one: send what waits.
  events.onopen = () => { store.delay = 250; store.flush() }
}

// One tab works; the others say so, and can take over.
function hold() {
  if (!navigator.locks) return
  const take = steal => navigator.locks.request('votrawl-desk', steal ? { steal: true } : { ifAvailable: true }, lock => {
    isHeld = !lock
    if (lock) { $('notice').hidden = true; return new Promise(() => {}) }
    elsewhere(() => take(true).catch(() => {}))
  }).catch(() => { isHeld = true; elsewhere(() => take(true).catch(() => {})) })
  take(false)
}
function elsewhere(use) {
  $('notice').replaceChildren('Another tab labels. ', element('button', { type: 'button', onclick: () => { use(); start() } }, 'Label here'))
  $('notice').hidden = false
}

document.documentElement.dataset.theme = localStorage.getItem('votrawl.theme') || ''
if (!document.documentElement.dataset.theme) delete document.documentElement.dataset.theme
addEventListener('hashchange', async () => { await session(); start() })

try {
  await session()
  hold()
  await start()
  listen()
} catch (error) {
  if (error.message !== '401') { notice('The desk does not answer. Start votrawl label again; this page goes on by itself.', 0); setTimeout(() => location.reload(), 1500) }
}
