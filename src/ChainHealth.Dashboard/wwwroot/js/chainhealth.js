// Loaded in the head, before the first paint: the theme is set without a flash. Everything else is delegated, so that it
// works on static pages and on live ones alike.
(() => {
  const root = document.documentElement;
  const yearSeconds = 31536000;

  const stored = () => document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  const set = theme => {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
  };
  const theme = () => root.dataset.theme;

  set(stored() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));

  const say = text => {
    const live = document.getElementById('announcer');
    if (live) {
      live.textContent = text;
    }
  };

  const copy = async button => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add('is-copied');
      say('Copied');
      setTimeout(() => button.classList.remove('is-copied'), 1500);
    } catch {
      say('Copying is not possible here');
    }
  };

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-copy], [data-skip], [data-theme-toggle]');
    if (!target) {
      return;
    }
    if (target.dataset.copy) {
      copy(target);
    } else if (target.hasAttribute('data-skip')) {
      event.preventDefault();
      document.getElementById('main')?.focus();
    } else if (target.hasAttribute('data-theme-toggle')) {
      set(theme() === 'dark' ? 'light' : 'dark');
    }
  });

  // What is typed into a form that carries data-draft stays in this tab until it is dropped or the tab is closed: a
  // session that ends in between costs nobody their typing.
  const read = key => JSON.parse(sessionStorage.getItem(`draft:${key}`) ?? '{}');
  const keep = event => {
    const form = event.target.closest?.('form[data-draft]');
    if (form && event.target.name) {
      const typed = read(form.dataset.draft);
      typed[event.target.name] = event.target.value;
      sessionStorage.setItem(`draft:${form.dataset.draft}`, JSON.stringify(typed));
    }
  };
  document.addEventListener('input', keep);
  document.addEventListener('change', keep);

  window.chainhealth = { theme, draft: read, dropDraft: key => sessionStorage.removeItem(`draft:${key}`) };
})();
