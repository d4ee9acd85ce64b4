package org.zoopress.method.dictionarypair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.zoopress.method.dictionarypair.RateModel.Spectrum;

/** Words per block for a common bound of the error, where every number costs the same bytes. */
final class WordBudget {
  private WordBudget() {}

  private record Word(int block, double energyPerNumber, double energy) {}

  /**
   * Takes the words that hold most energy per stored number until the rest is within the target:
   * the fewest numbers, because the energies of a block descend.
   *
   * @param columns n
   * @param target bound of the energy that is left out
   * @return words of each block
   */
  static int[] choose(List<Spectrum> blocks, int columns, double target) {
    List<Word> words = new ArrayList<>();
    double left = 0;
    for (int b = 0; b < blocks.size(); b++) {
      Spectrum block = blocks.get(b);
      left += block.beyond();
      for (double energy : block.energies()) {
        left += energy;
        words.add(new Word(b, energy / (block.rows() + columns), energy));
      }
    }
    words.sort(Comparator.comparingDouble(Word::energyPerNumber).reversed());
    int[] chosen = new int[blocks.size()];
    for (Word word : words) {
      if (left <= target || word.energy() <= 0) {
        break;
      }
      left -= word.energy();
      chosen[word.block()]++;
    }
    return chosen;
  }
}
