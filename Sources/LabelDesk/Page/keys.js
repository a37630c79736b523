// Every key in one table: what the page obeys, its buttons, and its help.

export function keyTable(classes) {
  return [
    ...classes.map(c => ({ keys: [c.key], name: c.name, title: c.title, act: 'label', value: c.name, button: true, group: 'answer' })),
    { keys: ['x'], shown: 'X', name: 'unusable', title: 'no answer possible: not asked again, not learned from', act: 'unusable', button: true },
    { keys: [' '], shown: 'Space', name: 'skip', title: 'asked again at the end', act: 'skip', button: true },
    { keys: ['z', 'Backspace'], shown: 'Z', name: 'undo', title: 'take back the last answer and return to it', act: 'undo', button: true },
    { keys: ['f'], shown: 'F', name: 'flag', title: 'mark as interesting', act: 'flag', button: true },
    { keys: ['c'], shown: 'C', name: 'comment', title: 'write a remark', act: 'comment', button: true },
    { keys: ['g'], shown: 'G', name: 'guess', title: 'show what the network thinks', act: 'guess', button: true },
    { keys: ['ArrowLeft'], shown: '←', name: 'previous', title: 'look at the one before', act: 'previous' },
    { keys: ['ArrowRight'], shown: '→', name: 'next', title: 'look at the one after', act: 'next' },
    { keys: ['+', '='], shown: '+', name: 'zoom in', act: 'zoomIn' },
    { keys: ['-'], shown: '−', name: 'zoom out', act: 'zoomOut' },
    { keys: ['['], name: 'pan left', act: 'panLeft' },
    { keys: [']'], name: 'pan right', act: 'panRight' },
    { keys: ['0'], name: 'reset zoom', act: 'reset' },
    { keys: ['s'], shown: 'S', name: 'smooth', title: '1 → 3 → 5 pixels', act: 'smooth' },
    { keys: ['n'], shown: 'N', name: 'scaled or raw flux', act: 'raw' },
    { keys: ['v'], shown: 'V', name: 'km/s or Å', act: 'velocity' },
    { keys: ['a'], shown: 'A', name: 'air or vacuum', act: 'air' },
    { keys: ['l'], shown: 'L', name: 'lines: all, Hα, none', act: 'lines' },
    { keys: ['e'], shown: 'E', name: 'epochs or neighbours', act: 'side' },
    { keys: ['o'], shown: 'O', name: 'SIMBAD', act: 'open', value: 0 },
    { keys: ['O'], shown: 'Shift O', name: 'Aladin Lite', act: 'open', value: 1 },
    { keys: ['t'], shown: 'T', name: 'send to TOPCAT and others', title: 'the set as a table, this row in it, the spectrum, the place on the sky', act: 'send' },
    { keys: ['T'], shown: 'Shift T', name: 'select in TOPCAT what you found', title: 'what you flagged or called something else than background', act: 'select' },
    { keys: ['b'], shown: 'B', name: 'back to the round', title: 'after a selection from TOPCAT', act: 'home' },
    { keys: ['r'], shown: 'R', name: 'who labels', act: 'rater' },
    { keys: ['d'], shown: 'D', name: 'dark, light, as the system', act: 'theme' },
    { keys: ['Enter'], shown: 'Enter', name: 'how the round stands', act: 'end' },
    { keys: ['?'], name: 'all keys', act: 'help', button: true },
  ]
}

// Whether a key press belongs to what has the focus: text fields, open dialogs, buttons reached by the keyboard.
export function isElsewhere(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return true
  if (document.querySelector('dialog[open]')) return true
  const at = event.target
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return true
  return /^(BUTTON|A)$/.test(at.tagName) && (event.key === ' ' || event.key === 'Enter')
}
