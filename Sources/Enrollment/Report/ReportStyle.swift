/// The look of a report: light and dark, from a phone's width up; prints.
enum ReportStyle {
  static let css = """
    :root { color-scheme: light dark; --back: #faf9f7; --card: #ffffff; --text: #1d1c1a;
      --soft: #6a655e; --rule: #e4e0d9; --accent: #0b62a4; --warm: #b4541b; --good: #2c7a4b; }
    @media (prefers-color-scheme: dark) { :root { --back: #151617; --card: #1e2022; --text: #ecebe8;
      --soft: #a5a19a; --rule: #34373a; --accent: #6db7f2; --warm: #f0a06a; --good: #7fd0a0; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--back); color: var(--text); line-height: 1.5;
      font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
    h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0 .25rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
    h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
    p { margin: .5rem 0; max-width: 44rem; }
    .soft, figcaption, caption, .unit { color: var(--soft); }
    .card { background: var(--card); border: 1px solid var(--rule); border-radius: .75rem;
      padding: 1rem; }
    .hero { display: grid; gap: 1rem; grid-template-columns: minmax(9rem, 15rem) 1fr;
      align-items: center; margin-top: 1rem; }
    .hero img { border-radius: .75rem; }
    .tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
      list-style: none; margin: 0; padding: 0; }
    .tiles li { background: var(--card); border: 1px solid var(--rule); border-radius: .75rem;
      padding: .7rem .9rem; }
    .tiles strong { display: block; font-size: 1.3rem; line-height: 1.25; white-space: nowrap; }
    .tiles span { font-size: .85rem; color: var(--soft); }
    img, svg { display: block; width: 100%; height: auto; }
    figure { margin: 0; }
    figcaption { font-size: .85rem; padding: .25rem .1rem 0; }
    .strip { display: grid; gap: .4rem; grid-template-columns: repeat(3, 1fr); }
    .strip.four { grid-template-columns: repeat(4, 1fr); }
    .strip img { border-radius: .4rem; }
    .advice { padding-left: 1.2rem; margin: .5rem 0; }
    .advice li { margin: .35rem 0; }
    .fine { color: var(--good); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: .95rem; }
    caption { text-align: left; font-size: .85rem; padding-bottom: .4rem; }
    th, td { text-align: left; padding: .38rem .5rem .38rem 0; border-top: 1px solid var(--rule);
      vertical-align: top; }
    th[scope=row] { font-weight: 500; } th.value { text-align: right; padding-right: 1.25rem; }
    td.value { text-align: right; padding-right: 1.25rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
    td.bar { width: 40%; min-width: 6rem; }
    .meter { height: .55rem; border-radius: .3rem; background: var(--rule); margin-top: .45rem;
      overflow: hidden; }
    .meter span { display: block; height: 100%; background: var(--accent); }
    svg text { fill: var(--soft); font-size: 12px; }
    svg .grid { stroke: var(--rule); stroke-width: 1; }
    svg .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
    svg .mean { stroke: var(--warm); stroke-width: 1.5; stroke-dasharray: 6 5; }
    svg .dot { fill: var(--accent); fill-opacity: .45; }
    svg .wish { fill: none; stroke: var(--warm); stroke-width: 1.5; stroke-dasharray: 6 5; }
    summary { cursor: pointer; padding: .5rem 0; }
    footer { margin-top: 3rem; font-size: .85rem; color: var(--soft); }
    @media (max-width: 40rem) { .hero { grid-template-columns: 1fr; }
      .hero img { max-width: 15rem; margin: 0 auto; }
      .strip.four { grid-template-columns: repeat(2, 1fr); } figcaption { font-size: .78rem; } }
    @media print { body { background: none; } .card, .tiles li, figure { break-inside: avoid; } }
    """
}
