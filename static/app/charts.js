// Draws the charts of the Performance tab from #chart-data. The tables below say the same without it.
(function () {
  "use strict";
  var drawn = [];
  var TONES = { reset: "--bad", drift: "--wait", review: "--busy", switch: "--quiet", edit: "--good" };

  // A custom property as a colour that a canvas takes: light-dark() is only settled on an element.
  function paint(name) {
    var probe = document.createElement("span");
    probe.hidden = true;
    probe.style.color = "var(" + name + ")";
    document.body.appendChild(probe);
    var colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function clear() {
    drawn.forEach(function (chart) { chart.destroy(); });
    drawn = [];
  }

  function short(value) {
    return Math.abs(value) >= 1000 ? Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value) : String(+value.toPrecision(6));
  }

  // Days from learning as a band, events as lines, below what is drawn.
  function ground(data, colours) {
    return {
      id: "ground",
      beforeDatasetsDraw: function (chart) {
        var pen = chart.ctx, area = chart.chartArea, axis = chart.scales.x;
        var half = data.days.length > 1 ? (axis.getPixelForValue(1) - axis.getPixelForValue(0)) / 2 : (area.right - area.left) / 2;
        pen.save();
        pen.fillStyle = colours.shade;
        data.learning.forEach(function (place) {
          var left = Math.max(area.left, axis.getPixelForValue(place) - half), right = Math.min(area.right, axis.getPixelForValue(place) + half);
          pen.fillRect(left, area.top, right - left, area.bottom - area.top);
        });
        pen.setLineDash([3, 3]);
        data.marks.forEach(function (mark) {
          var at = axis.getPixelForValue(mark.place);
          pen.strokeStyle = colours.marks[mark.kind];
          pen.beginPath(); pen.moveTo(at, area.top); pen.lineTo(at, area.bottom); pen.stroke();
        });
        pen.restore();
      },
    };
  }

  function draw(canvas, data, colours) {
    var lines = data.charts[canvas.dataset.chart];
    var sets = lines.map(function (line, number) {
      return {
        label: line.label, data: line.values, texts: line.texts, borderColor: colours.lines[number], backgroundColor: colours.lines[number],
        borderWidth: 2, pointRadius: 2, pointHoverRadius: 4, tension: 0, spanGaps: false, // an unknown day is a gap
        segment: { borderDash: function (part) { return part.p1DataIndex === data.today ? [4, 3] : undefined; } },
      };
    });
    var events = data.days.map(function () { return null; });
    data.marks.forEach(function (mark) { events[mark.place] = 1; });
    sets.push({
      label: "Events", data: events, yAxisID: "events", showLine: false, clip: false, pointStyle: "rectRot", pointRadius: 6, pointHoverRadius: 8,
      pointBackgroundColor: data.days.map(function (_, place) { var mark = find(data, place); return mark ? colours.marks[mark.kind] : colours.quiet; }),
      pointBorderColor: colours.paper, pointBorderWidth: 1.5,
    });
    return new window.Chart(canvas, {
      type: "line",
      data: { labels: data.days, datasets: sets },
      plugins: [ground(data, colours)],
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        layout: { padding: { top: 8 } },
        onClick: function (event, _, chart) {
          var hit = chart.getElementsAtEventForMode(event.native, "index", { intersect: false }, false)[0];
          var mark = hit && find(data, hit.index);
          if (mark && Math.abs(chart.scales.x.getPixelForValue(hit.index) - event.x) < 12) { window.location.assign(mark.href); }
        },
        onHover: function (event, hits) {
          event.native.target.style.cursor = hits.some(function (hit) { return find(data, hit.index); }) ? "pointer" : "";
        },
        scales: {
          x: { grid: { display: false }, ticks: { color: colours.quiet, maxRotation: 0, autoSkipPadding: 12 }, border: { color: colours.line } },
          y: { beginAtZero: true, grid: { color: colours.line }, border: { display: false }, ticks: { color: colours.quiet, maxTicksLimit: 5, callback: canvas.dataset.chart === "ctr" ? function (value) { return short(value * 100) + " %"; } : short } },
          events: { display: false, min: 0, max: 1 },
        },
        plugins: {
          legend: { display: false },
          tooltip: {
            backgroundColor: colours.ink, titleColor: colours.paper, bodyColor: colours.paper, displayColors: lines.length > 1,
            callbacks: {
              title: function (items) { var place = items[0].dataIndex; return data.days[place] + (data.learning.indexOf(place) >= 0 ? ", learning" : "") + (place === data.today ? ", not over" : ""); },
              label: function (item) {
                if (item.dataset.yAxisID === "events") { return find(data, item.dataIndex).lines; }
                return (lines.length > 1 ? item.dataset.label + ": " : "") + item.dataset.texts[item.dataIndex];
              },
            },
          },
        },
      },
    });
  }

  function find(data, place) {
    return data.marks.filter(function (mark) { return mark.place === place; })[0];
  }

  function drawAll() {
    clear();
    var held = document.getElementById("chart-data");
    if (!held || !window.Chart) { return; }
    var data = JSON.parse(held.textContent);
    var colours = { ink: paint("--ink"), quiet: paint("--quiet"), line: paint("--line"), paper: paint("--paper"), shade: paint("--chart-shade"), marks: {}, lines: [] };
    for (var number = 1; number <= 5; number += 1) { colours.lines.push(paint("--chart-" + number)); }
    Object.keys(TONES).forEach(function (kind) { colours.marks[kind] = paint(TONES[kind]); });
    Array.prototype.forEach.call(document.querySelectorAll("canvas[data-chart]"), function (canvas) { drawn.push(draw(canvas, data, colours)); });
    document.getElementById("charts").dataset.drawn = String(drawn.length);
  }

  document.addEventListener("htmx:beforeSwap", function (event) { if (event.target.id === "live") { clear(); } });
  document.addEventListener("htmx:afterSettle", function (event) { if (event.target.id === "live") { drawAll(); } });
  new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  drawAll();
})();
