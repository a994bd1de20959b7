using System.Collections.Immutable;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>Plays the hospitals and the provider against a cluster: shares and commits real vectors.</summary>
internal sealed class RoundFixture(NodeCluster cluster)
{
    public const int Records = 32;
    public static readonly RunId Run = new(1);

    private static readonly string[] Hospitals = ["hospital-1", "hospital-2", "hospital-3"];

    public static Architecture Architecture { get; } =
        Architectures.TryCreate("mlp", new TensorShape(1, 1, 6), 2, out _)!;

    /// <summary>Updates that were committed, by hospital.</summary>
    public Dictionary<string, long[]> Updates { get; } = [];

    /// <summary>Every package handed in: as it is inside the seal, and as it travels and lies on disk.</summary>
    public List<(byte[] Content, byte[] Sealed)> Packages { get; } = [];

    public RunState State => cluster[0].View.State.Runs[Run];

    public async Task StartAsync(bool withCheck, CheckLimits? limits = null, int attestMs = 60_000)
    {
        RunPlan plan = Plan(withCheck);
        plan = plan with
        {
            Policy = plan.Policy with { Limits = limits ?? CheckLimits.Off },
            Deadlines = plan.Deadlines with { AttestMs = attestMs },
        };
        await cluster.SubmitAsync(0, "operator", new StartRunBody(plan));
        await cluster.SettleAsync();
        if (withCheck)
        {
            await SharePoolAsync();
        }

        foreach (string hospital in Hospitals)
        {
            await cluster.SubmitAsync(0, hospital, new ApprovePlanBody(Run, State.PlanHash));
        }

        await UntilAsync(r => r.Phase is TrainPhase);
    }

    /// <summary>The provider's reference: the mean of what hospitals will commit.</summary>
    public async Task CommitReferenceAsync()
    {
        int round = State.Round;
        long[] update = [.. Enumerable.Range(0, Architecture.ParameterCount)
            .Select(i => Enumerable.Range(0, Hospitals.Length).Sum(h => Update(round, h)[i]) / Hospitals.Length)];
        using SharedInput shared = InputSharing.Share(update, RandomNumberGenerator.Fill, 1);
        long bytes = await DeliverAsync(shared, "provider", round);
        await cluster.SubmitAsync(
            0, "provider", new CommitReferenceBody(Run, round, Hashes(shared.Commitments), bytes));
    }

    /// <summary>Small updates of all hospitals for the current round.</summary>
    /// <param name="copies">The last hospital hands in what the first did.</param>
    /// <param name="switches">The last hospital commits to its update and hands in another one.</param>
    public async Task CommitUpdatesAsync(bool copies = false, bool switches = false)
    {
        int round = State.Round;
        for (int h = 0; h < Hospitals.Length; h++)
        {
            long[] update = Update(round, copies && h == Hospitals.Length - 1 ? 0 : h);
            Updates[Hospitals[h]] = update;
            using SharedInput shared = InputSharing.Share(update, RandomNumberGenerator.Fill, h);
            using SharedInput other = InputSharing.Share(Update(round + 1, h), RandomNumberGenerator.Fill, h);
            bool isSwitched = switches && h == Hospitals.Length - 1;
            long bytes = await DeliverAsync(isSwitched ? other : shared, Hospitals[h], round);
            await cluster.SubmitAsync(0, Hospitals[h], new CommitUpdateBody(
                Run, round, Hashes(shared.Commitments), Samples(h), bytes));
        }
    }

    private static long[] Update(int round, int hospital)
    {
        var random = new Random((100 * round) + hospital);
        return [.. Enumerable.Range(0, Architecture.ParameterCount).Select(_ => random.NextInt64(-2000, 2000))];
    }

    public async Task ConfirmAsync()
    {
        await UntilAsync(r => r.Phase is PublishPhase);
        foreach (string hospital in Hospitals)
        {
            await cluster.SubmitAsync(0, hospital, new ConfirmModelBody(Run, State.Round, State.Model));
        }
    }

    /// <summary>What the validators must have computed, in plain integers.</summary>
    public GlobalModel Expected(GlobalModel before)
    {
        var sum = new ulong[Architecture.ParameterCount];
        for (int h = 0; h < Hospitals.Length; h++)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = unchecked(sum[i] + (ulong)(Updates[Hospitals[h]][i] * Samples(h)));
            }
        }

        long total = Enumerable.Range(0, Hospitals.Length).Sum(Samples);
        return new GlobalModel(
            Architecture.Hash, before.Format, [.. SecureAggregation.Apply(before.Weights.AsSpan(), sum, total)]);
    }

    public GlobalModel Initial() => GlobalModel.Initial(Architecture, State.Plan.Format, State.Plan.InitialSeed);

    public Task UntilAsync(Func<RunState, bool> condition) =>
        cluster.UntilAsync(0, s => s.Runs.TryGetValue(Run, out RunState? run) && condition(run));

    public async Task<long> DeliverAsync(SharedInput shared, string owner, int round)
    {
        Member member = cluster.Member(owner).Member;
        var address = new PackageAddress(Run, round, member.Id);
        long bytes = 0;
        foreach (int party in Enumerable.Range(0, NodeCluster.Size).Where(cluster.IsRunning))
        {
            Member validator = cluster.Genesis.Validators()[party];
            byte[] package = shared.Packages[party].Encode();
            byte[] content = PackageSealing.Seal(
                package, validator.EncryptionKey.Span,
                address.SealingContext(cluster.Genesis.Hash(), validator.Id));
            Packages.Add((package, content));
            bytes += content.Length;
            StoreOutcome outcome = await cluster[party].Packages.PutAsync(
                member, address, content, CancellationToken.None);
            Assert.True(outcome.Stored, outcome.Reason);
        }

        return bytes;
    }

    private static ShareHashes Hashes(ShareCommitments c) => new(c.H0, c.H1, c.H2, c.H3);

    private static int Samples(int hospital) => 40 + (10 * hospital);

    private async Task SharePoolAsync()
    {
        var random = new Random(7);
        int elements = Architecture.Input.Elements;
        var pool = new long[PoolPart.LengthOf(Architecture, Records)];
        for (int i = 0; i < Records * elements; i++)
        {
            pool[i] = random.NextInt64(0, State.Plan.Format.One);
        }

        for (int r = 0; r < Records; r++)
        {
            pool[(Records * elements) + (2 * r) + (r % 2)] = 1;
        }

        using SharedInput shared = InputSharing.Share(pool, RandomNumberGenerator.Fill);
        long bytes = await DeliverAsync(shared, "provider", 0);
        await cluster.SubmitAsync(
            0, "provider", new CommitPoolBody(Run, new PoolCommitment(Hashes(shared.Commitments), Records, bytes)));
    }

    private RunPlan Plan(bool withCheck)
    {
        MemberId Id(string name) => cluster.Member(name).Member.Id;
        return new RunPlan(
            "test", "made-up", ["no", "yes"], Architecture, new FixedPoint(16), 3, Rounds: 2, TargetAccuracy: 0,
            new TrainingRecipe(1, 8, 1000, 100_000, false, false, 0), [.. Hospitals.Select(Id)], 3,
            [.. cluster.Genesis.Validators().Select(v => v.Id)],
            new PhaseDeadlines(60_000, 60_000, 60_000, 60_000, 60_000, 60_000),
            new VerificationPolicy(withCheck, withCheck ? Records : 0, 900, 0, 900, 0), Id("provider"), true);
    }
}
