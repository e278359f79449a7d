/* Squads on a map: pressing one tells the page around, which may ask for one to be shown. */
(function () {
  "use strict";
  const ids = wuzao.read("squads");
  const map = map_squad;
  wuzao.furnish(map, wuzao.read("words"));
  const shapes = new Map(ids.map((id, n) => [id, [window[`polygon_area${n}`], window[`circle_marker_spot${n}`]].filter(Boolean)]));
  let shown = [];

  function show(squad) {
    shown.forEach((shape) => shape.setStyle({ weight: 1.5 }));
    shown = shapes.get(squad) || [];
    shown.forEach((shape) => { shape.setStyle({ weight: 4 }); shape.bringToFront(); });
    const [first] = shown;
    if (first) map.panTo(first.getBounds ? first.getBounds().getCenter() : first.getLatLng());
  }

  shapes.forEach((drawn, squad) => drawn.forEach((shape) => shape.on("click", (event) => {
    L.DomEvent.stop(event);
    show(squad);
    wuzao.tell({ wuzao: "chosen", squad });
  })));
  wuzao.heed((said) => { if (said.wuzao === "show") show(said.squad); });
})();
