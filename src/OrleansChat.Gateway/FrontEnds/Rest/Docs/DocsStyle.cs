namespace OrleansChat.Gateway.FrontEnds.Rest.Docs;

/// <summary>How the docs page looks.</summary>
internal static class DocsStyle
{
    public const string Path = "/docs.css";

    public const string Sheet =
        """
        :root { color-scheme: light dark; --line: #8884; --soft: #8882; --link: light-dark(#0b57d0, #8ab4f8); }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem; max-width: 62rem; font: 16px/1.5 system-ui, sans-serif; }
        h1 { margin: 0 0 .25rem; }
        h2 { margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); }
        h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
        a { color: var(--link); }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; }
        code { padding: .1em .3em; border-radius: 3px; background: var(--soft); font: .875em ui-monospace, monospace; }
        pre { padding: .75rem; overflow-x: auto; border-radius: 6px; background: var(--soft); font: .8rem/1.5 ui-monospace, monospace; }
        details { margin: .35rem 0; border: 1px solid var(--line); border-radius: 6px; }
        summary { padding: .45rem .75rem; cursor: pointer; }
        summary:focus-visible { outline: 2px solid var(--link); }
        details > div { padding: 0 .75rem .75rem; overflow-x: auto; }
        .method { display: inline-block; min-width: 4.2rem; font: 700 .8rem ui-monospace, monospace; }
        .says { display: block; margin-left: 4.2rem; opacity: .85; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { font-size: .8rem; font-weight: 600; opacity: .75; }
        """;
}
