"use strict";
// Draws the figures of a page from their plain numbers: {kind, labels, series: [{name, values}], unit}.
// Tooltips are drawn in the picture, since ones made of HTML would carry styles of their own.
(() => {
  const COLOURS = ["#b36b00", "#1f5582", "#1d6b3c", "#a3261b", "#6b4a8a", "#4f4a42"];
  const css = getComputedStyle(document.documentElement);
  const ink = css.getPropertyValue("--ink").trim();
  const line = css.getPropertyValue("--line").trim();
  const size = parseFloat(css.fontSize) * 0.875;
  const text = { color: ink, fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };

  const drawn = (spec) => spec.series.map((each) => ({
    name: each.name, type: spec.kind === "line" ? "line" : "bar", data: each.values,
    stack: spec.kind === "stacked" ? "all" : undefined, barMaxWidth: 44, symbolSize: 8, lineStyle: { width: 3 },
    itemStyle: { borderRadius: spec.kind === "bar" ? [4, 4, 0, 0] : 0 },
  }));
  const axes = (spec) => ({
    grid: { left: 8, right: 16, top: spec.series.length > 1 ? size * 5 : size * 2.5, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: spec.labels, axisLabel: { ...text, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } },
    yAxis: { type: "value", name: spec.unit, minInterval: 1, nameTextStyle: { ...text, align: "left" }, axisLabel: text, splitLine: { lineStyle: { color: line } } },
    series: drawn(spec),
  });
  const pie = (spec) => ({
    series: [{ type: "pie", radius: ["40%", "68%"], center: ["50%", "44%"], label: { show: false }, itemStyle: { borderColor: "#fff", borderWidth: 2 },
      data: spec.labels.map((name, at) => ({ name, value: spec.series[0].values[at] })) }],
  });
  const option = (spec) => ({
    color: COLOURS, animation: false, textStyle: text,
    aria: { enabled: true, label: { enabled: false }, decal: { show: spec.kind === "pie" || spec.series.length > 1 } },
    tooltip: { trigger: spec.kind === "pie" ? "item" : "axis", renderMode: "richText", confine: true, textStyle: text },
    legend: { show: spec.kind === "pie" || spec.series.length > 1, [spec.kind === "pie" ? "bottom" : "top"]: 0, textStyle: text },
    ...(spec.kind === "pie" ? pie(spec) : axes(spec)),
  });
  const draw = (place) => {
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    place.hidden = false;
    const chart = echarts.init(place);
    chart.setOption(option(spec));
    new ResizeObserver(() => chart.resize()).observe(place);
  };
  const drawAll = () => document.querySelectorAll("[data-chart][hidden]").forEach(draw);

  drawAll();
  document.addEventListener("htmx:after:swap", drawAll);
})();
