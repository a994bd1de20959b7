using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>A training run told act by act, at a pace that a small federation has. The last hospital poisons.</summary>
public sealed class TrainingStory(LedgerScenario chain)
{
    private const int CheckMs = 1840;

    private static readonly int[] Accuracies = [891, 936, 953, 961, 965];

    private TestNetwork Cast => chain.Network;

    private RunId Run { get; set; } = new(1);

    private RunState State => chain.State.Runs[Run];

    public static RunPlan PlanFor(TestNetwork cast, int rounds) => new(
        "Breast cancer from cell nuclei", "wdbc", ["benign", "malignant"],
        Architectures.TryCreate("mlp", new TensorShape(1, 1, 30), 2, out _)!, FixedPoint.Default, 7, rounds, 0,
        new TrainingRecipe(4, 16, 1000, 8000, false, false, 0), cast.HospitalIds, 3,
        [.. cast.ValidatorIds.Take(RunPlan.CommitteeSize)],
        new PhaseDeadlines(60_000, 60_000, 20_000, 60_000, 20_000, 20_000),
        new VerificationPolicy(true, 96, 40, 600, 150, 400), cast.Provider, true);

    /// <summary>Proposed, approved by all, pool shared: the first round begins.</summary>
    public void Begin(int rounds)
    {
        RunPlan plan = PlanFor(Cast, rounds);
        Run = new RunId((uint)chain.State.Runs.Count + 1);
        Commit(1200, (Cast.Operator, new StartRunBody(plan)));
        foreach (MemberId hospital in Cast.HospitalIds)
        {
            Commit(180, (hospital, new ApprovePlanBody(Run, RunPlanCodec.HashOf(Cast.Chain, plan))));
        }

        var pool = new PoolCommitment(TestPlans.Shares("pool"), 113, 96_400);
        Commit(420, (Cast.Provider, new CommitPoolBody(Run, pool)));
        Commit(260, [.. Cast.ValidatorIds.Select(v => (v, (TransactionBody)new AttestPoolBody(Run)))]);
    }

    /// <summary>Hospitals commit one after the other; the named ones stay silent.</summary>
    public void Train(int round, params int[] silent)
    {
        for (int i = 0; i < Cast.HospitalIds.Length; i++)
        {
            if (!silent.Contains(i))
            {
                Commit(640 + (i * 210), (Cast.HospitalIds[i], new CommitUpdateBody(
                    Run, round, TestPlans.Shares($"update {round} {i}"), 78 + (i * 7), 42_380 + (i * 16))));
            }
        }

        if (silent.Length > 0)
        {
            chain.PassDeadline();
        }
    }

    public void Attest(int round)
    {
        ImmutableArray<MemberId> committed = ((AttestPhase)State.Phase).Commitments.Keys.ToImmutableArray();
        Commit(310, [.. Cast.ValidatorIds.Select(
            v => (v, (TransactionBody)new AttestUpdatesBody(Run, round, committed)))]);
    }

    /// <summary>All are accepted but the last hospital.</summary>
    public void Check(int round)
    {
        ImmutableArray<MemberId> judged = ((CheckPhase)State.Phase).Hospitals;
        UInt128 bits = UInt128.Zero;
        for (int i = 0; i < judged.Length; i++)
        {
            bits |= judged[i] == Cast.HospitalIds[^1] ? UInt128.Zero : UInt128.One << i;
        }

        var vote = new VerdictVote(1, bits, Made($"transcript {round}"), new JobCost(8_412_000, 214, CheckMs));
        Vote(CheckMs, new CastVerdictBody(Run, round, vote));
    }

    public Digest Aggregate(int round)
    {
        Digest model = Made($"model {round}");
        Vote(240, new CastModelBody(Run, round, new ModelVote(1, model, new JobCost(64_800, 6, 120))));
        return model;
    }

    public void Publish(int round, Digest model)
    {
        Commit(330, [.. Cast.HospitalIds.Select(h => (h, (TransactionBody)new ConfirmModelBody(Run, round, model)))]);
        int accuracy = Accuracies[Math.Min(round, Accuracies.Length) - 1];
        Commit(150, (Cast.Provider, new ReportMetricsBody(
            Run, round, model, new PublicMetrics(accuracy, [accuracy + 12, accuracy - 21], accuracy + 25))));
    }

    public void Round(int round, params int[] silent)
    {
        Train(round, silent);
        Attest(round);
        Check(round);
        Publish(round, Aggregate(round));
    }

    private static Digest Made(string text) =>
        Digest.Of("test-story", default, new CanonicalWriter().Text(text).Written);

    private void Commit(int laterMs, params (MemberId Sender, TransactionBody Body)[] acts)
    {
        chain.Wait(TimeSpan.FromMilliseconds(laterMs));
        chain.Commit(acts);
    }

    private void Vote(int laterMs, TransactionBody body)
    {
        Commit(laterMs, (Cast.ValidatorIds[0], body), (Cast.ValidatorIds[1], body));
        Commit(60, (Cast.ValidatorIds[2], body));
    }
}
