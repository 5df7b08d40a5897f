import { render } from 'preact';
import { Checks } from './checks.tsx';
import { Dose } from './dose.tsx';
import { Facts } from './facts.tsx';
import { Hero } from './hero.tsx';
import { Log } from './log.tsx';
import { Measures } from './measures.tsx';
import { Timeline } from './timeline.tsx';
import { Topology } from './topology.tsx';

function Page() {
  return (
    <>
      <Hero />
      <main>
        <Checks />
        <Timeline />
        <Log />
        <div class="pair">
          <Measures />
          <Topology />
        </div>
        <Dose />
        <Facts />
      </main>
    </>
  );
}

const root = document.getElementById('page');
if (root !== null) {
  root.replaceChildren();
  render(<Page />, root);
}
