// Before anything is painted: the colours that were chosen last.
try {
  const chosen = localStorage.getItem('nnfmt-colours');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.colours = chosen;
} catch { /* no storage: as the system has it */ }
