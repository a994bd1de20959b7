using ChainHealth.Primitives;
using CsCheck;

namespace ChainHealth.Federation.Tests;

public class VoteCountingTests
{
    private enum Outcome
    {
        Open,
        Decided,
        NextAttempt,
    }

    /// <summary>Each member, in some order, votes for one of three values, reports a failure, or stays away.</summary>
    [Fact]
    public void Any_order_of_votes_and_reports_gives_what_counting_by_hand_gives() =>
        Gen.Select(Gen.Int[0, 4].Array[4], Gen.Shuffle(new[] { 0, 1, 2, 3 })).Sample((acts, order) =>
        {
            RunBench bench = new RunBench().Started().Trained().Attested();
            var done = new List<int>();
            foreach (int member in order.Where(m => acts[m] != 4))
            {
                if (acts[member] == 3)
                {
                    bench.Take((r, t) => RunRules.ReportAbort(r, bench.Committee[member], 1, 1, t));
                }
                else
                {
                    bench.Verdict(member, RunBench.Vote(0b11111, transcript: (byte)acts[member]));
                }

                done.Add(acts[member]);
                Outcome seen = bench.Run.Phase is AggregatePhase ? Outcome.Decided
                    : bench.In<CheckPhase>().Attempt == 2 ? Outcome.NextAttempt : Outcome.Open;
                Assert.Equal(ByHand(done), seen);
                if (seen != Outcome.Open)
                {
                    break;
                }
            }
        });

    /// <summary>Tries every way in which the silent could still act, instead of computing with thresholds.</summary>
    private static Outcome ByHand(List<int> acts)
    {
        if (Wins(acts))
        {
            return Outcome.Decided;
        }

        if (acts.Count(a => a == 3) >= 2)
        {
            return Outcome.NextAttempt;
        }

        int silent = 4 - acts.Count;
        for (int way = 0; way < (int)Math.Pow(3, silent); way++)
        {
            var future = new List<int>(acts);
            for (int i = 0, rest = way; i < silent; i++, rest /= 3)
            {
                future.Add(rest % 3);
            }

            if (Wins(future))
            {
                return Outcome.Open;
            }
        }

        return Outcome.NextAttempt;
    }

    private static bool Wins(List<int> acts) =>
        acts.Count(a => a == 0) >= 3 || acts.Count(a => a == 1) >= 3 || acts.Count(a => a == 2) >= 3;
}
