import assert from "node:assert/strict";
import { test } from "node:test";
import { Sketch } from "../../lada_explore/views/playground/sketch.js";

test("a click puts 12 points of the class around it, inside of the square", () => {
  const sketch = new Sketch();
  sketch.label = 1;
  sketch.stroke(0.99, -0.99);
  assert.equal(sketch.points.length, 12);
  for (const [x, y, label] of sketch.points) {
    assert.ok(x > 0.3 && x <= 1 && y >= -1 && y < -0.3, `${x}, ${y}`);
    assert.equal(label, 1);
  }
  assert.deepEqual(sketch.cross, [0.99, -0.99]);
});

test("one point a click lies where it was put, to four places", () => {
  const sketch = new Sketch();
  sketch.changeBrush();
  sketch.stroke(0.123456, -0.5);
  assert.deepEqual(sketch.points, [[0.1235, -0.5, 0]]);
  sketch.changeBrush();
  assert.equal(sketch.brush, 12);
});

test("undo takes one click back at a time, however many points it put down", () => {
  const sketch = new Sketch();
  sketch.stroke(0, 0);
  sketch.changeBrush();
  sketch.stroke(0.5, 0.5);
  sketch.undo();
  assert.equal(sketch.points.length, 12);
  sketch.undo();
  sketch.undo();
  assert.deepEqual(sketch.points, []);
});

test("arrow keys move the cross and stop at the edge; other keys do nothing", () => {
  const sketch = new Sketch();
  assert.ok(sketch.move("ArrowRight") && sketch.move("ArrowUp"));
  assert.deepEqual(sketch.cross, [0.05, 0.05]);
  for (let n = 0; n < 30; n += 1) sketch.move("ArrowLeft");
  assert.deepEqual(sketch.cross, [-1, 0.05]);
  assert.equal(sketch.move("Enter"), false);
});

test("the plane shows the points with their classes and the cross", () => {
  const sketch = new Sketch();
  sketch.changeBrush();
  sketch.stroke(0.5, 0);
  sketch.label = 2;
  sketch.stroke(-0.5, 1);
  const { x, y, labelled, cross, label } = sketch.scene();
  assert.deepEqual([x, y, cross, label], [[0.5, -0.5], [0, 1], [-0.5, 1], "2 points drawn"]);
  assert.deepEqual(labelled, { ids: [0, 1], labels: [0, 2], fresh: 0 });
});
