using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>Whole jobs, in which one party alters one message of one exchange; every exchange of every operation takes
/// its turn, at two of the four parties: once what is sent as a value, and once what vouches for one (a tag, or another
/// copy). No lie goes through, none blames honest parties alone, and the one at which it is noticed has sent
/// nothing that depends on it.</summary>
public class EveryOperationTests
{
    private static readonly Architecture Images = Architecture.TryCreate("small", new TensorShape(1, 12, 12),
    [
        new ConvolutionLayer(1, 2, 4, 4, 1, 0, 0), new ReluLayer(), new AveragePoolLayer(3),
        new ConvolutionLayer(2, 2, 2, 2, 1, 0, 0), new ReluLayer(), new MaxPoolLayer(2), new DenseLayer(2, 3),
    ], out _)!;

    private static readonly CheckLimits All = new()
    {
        NormMinMillis = 10,
        NormMaxMillis = 2000,
        CosineMinPerMille = -900,
        DuplicateCosinePerMille = 950,
        PatchRecords = 4,
        PatchRushPerMille = 999,
        LeaveOneOutRecords = 4,
        LeaveOneOutMarginPerMille = 999,
        LeaveOneOutRecallMarginPerMille = 999,
        AggregateMarginPerMille = 900,
    };

    public static TheoryData<int> EveryParty => [0, 1, 2, 3];

    /// <summary>Coin toss, draw, random projections, norms, cosines, duplicates and the last step, inference with
    /// convolution, both pools and ReLU, patches, counts, leave-one-out, reason codes, verdicts.</summary>
    [Theory]
    [MemberData(nameof(EveryParty))]
    public async Task A_lie_in_a_check_with_all_its_parts_does_not_go_through(int liar)
    {
        Scene scene = new();
        await CorruptAsync(liar, atLeast: 120, async (s, c) =>
        {
            CheckResult result = await PoisoningCheck.RunAsync(s, scene.Check(s.Party), c);
            return string.Concat(result.Accepted.Select(a => a ? 'y' : 'n'));
        }, outcomes => outcomes.Distinct().Single(), "yynn");
    }

    /// <summary>Weighted sums, the aggregate's own draw and test, its verdict, the opening of the sum.</summary>
    [Theory]
    [MemberData(nameof(EveryParty))]
    public async Task A_lie_in_an_aggregation_with_its_test_does_not_go_through(int liar)
    {
        Scene scene = new();
        await CorruptAsync(liar, atLeast: 60, async (s, c) =>
        {
            AggregationResult result = await SecureAggregation.RunAsync(s, scene.Aggregation(s.Party), c);
            return string.Join(',', result.Model!.Take(50));
        }, outcomes => outcomes.Distinct().Single(), scene.Mean());
    }

    /// <summary>Secret records against a public model; the scores are put together as the asker does, from what all
    /// parties tell.</summary>
    [Theory]
    [MemberData(nameof(EveryParty))]
    public async Task A_lie_in_a_private_prediction_does_not_go_through(int liar)
    {
        Scene scene = new();
        await CorruptAsync(liar, atLeast: 30, async (s, c) =>
            await SecurePrediction.RunAsync(s, scene.Prediction(s.Party), c), scene.AnswersOf, scene.Answers());
    }

    /// <summary>Argmax, which no job needs but whoever opens classes alone.</summary>
    [Theory]
    [MemberData(nameof(EveryParty))]
    public async Task A_lie_in_an_argmax_does_not_go_through(int liar)
    {
        SharedInput scores = Parties.Share([1 << 20, 3 << 20, 2 << 20, 9 << 20, -(1 << 20), 8 << 20]);
        await CorruptAsync(liar, atLeast: 9, async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, scores);
            using ShareVector best = await Argmax.OneHotAsync(s, shared, 3, new Window(0, 26), c);
            ulong[] opened = await Opening.OpenByMajorityAsync(s, best, bits: true, "best", c);
            return string.Join(',', opened);
        }, outcomes => outcomes.Distinct().Single(), null);
    }

    /// <param name="atLeast">Exchanges that the job must have.</param>
    /// <param name="combine">What the honest parties' results say together.</param>
    /// <param name="expected">Null: what a run without a lie gives.</param>
    private static async Task CorruptAsync<T>(int liar, int atLeast,
        Func<MpcSession, CancellationToken, Task<T>> job, Func<T[], string> combine, string? expected)
        where T : class
    {
        (Outcome<T>[] honest, LyingNetwork[] counted) = await RunAsync(job, liar, ulong.MaxValue);
        expected ??= combine([.. honest.Select(o => o.Result!)]);
        Assert.Equal(expected, combine([.. honest.Select(o => o.Result!)]));
        ulong last = counted[liar].LastStarted;
        Assert.True(last >= MpcSession.KeyExchanges + (ulong)atLeast - 1, $"{last} exchanges");
        int lies = 0, stopped = 0;
        for (ulong target = MpcSession.KeyExchanges; target <= last; target++)
        {
            if (((int)target + 4 - liar) % 4 > 1)
            {
                continue;
            }

            (Outcome<T>[] outcomes, LyingNetwork[] networks) = await RunAsync(job, liar, target);
            lies += networks[liar].HasLied ? 1 : 0;
            Outcome<T>[] others = [.. outcomes.Where((_, p) => p != liar)];
            stopped += others.Any(o => o.Abort is not null) ? 1 : 0;
            foreach (MpcAbortException abort in others.Select(o => o.Abort).OfType<MpcAbortException>())
            {
                Assert.Equal(target, abort.Exchange);
                Assert.True(abort.Suspect == liar || abort.OtherSuspect == liar, $"blames the honest: {abort.Message}");
            }

            for (int p = 0; p < outcomes.Length; p++)
            {
                Assert.True(p == liar || outcomes[p].Abort is null || networks[p].LastStarted == target,
                    $"party {p} went on after exchange {target}");
            }

            Assert.True(others.Any(o => o.Abort is not null) || others.All(o => o.Result is not null),
                $"the lie in exchange {target} left the parties hanging");
            if (others.All(o => o.Result is not null))
            {
                Assert.Equal(expected, combine([.. others.Select(o => o.Result!)]));
            }
        }

        // Openings that one liar cannot even stop: the draw's seed, verdicts, the sum.
        Assert.True(lies >= atLeast / 2 && stopped >= lies - 3, $"{stopped} of {lies} lies were noticed");
    }

    private static async Task<(Outcome<T>[] Outcomes, LyingNetwork[] Networks)> RunAsync<T>(
        Func<MpcSession, CancellationToken, Task<T>> job, int liar, ulong target)
    {
        var networks = new LyingNetwork[4];
        Outcome<T>[] outcomes = await Parties.OutcomesAsync(
            job, seed: 3, n => networks[n.Party] = new LyingNetwork(n, n.Party == liar ? target : ulong.MaxValue));
        return (outcomes, networks);
    }

    /// <summary>Alters the first byte of a message, which is of a value where it carries one, or the last, which is of
    /// a tag where it carries one; the receiver and the end alternate with exchange and party.</summary>
    private sealed class LyingNetwork(IPartyNetwork inner, ulong target) : IPartyNetwork
    {
        public int Party => inner.Party;

        public ulong LastStarted { get; private set; }

        public bool HasLied { get; private set; }

        public async ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
        {
            LastStarted = messages.Exchange;
            if (messages.Exchange == target)
            {
                Lie(messages);
            }

            await inner.ExchangeAsync(messages, cancellation);
        }

        private void Lie(ExchangeMessages messages)
        {
            int turn = (int)(messages.Exchange + (ulong)Party);
            int[] peers = [.. Enumerable.Range(0, ExchangeMessages.Parties)
                .Where(p => !messages.Outgoing(p).IsEmpty)];
            if (peers.Length > 0)
            {
                int peer = peers[turn / 2 % peers.Length];
                byte[] altered = messages.Outgoing(peer).ToArray();
                altered[turn % 2 == 0 ? 0 : altered.Length - 1] ^= 1;
                messages.Send(peer, altered);
                HasLied = true;
            }
        }
    }

    /// <summary>Two honest updates, one that is too long, and one that repeats the last step.</summary>
    private sealed class Scene
    {
        private const int Records = 12;

        private readonly UpdateScene _scene = new(Images, seed: 4, Records);
        private readonly SharedInput _pool;
        private readonly SharedInput[] _updates;
        private readonly SharedInput _reference;
        private readonly SharedInput _asked;
        private readonly long[] _previous;

        public Scene()
        {
            long[] step = _scene.Random(0.5);
            _previous = [.. _scene.Global.Select((w, i) => w - step[i])];
            _scene.Updates = [_scene.Random(0.3), _scene.Random(0.3), _scene.Random(9), step];
            _pool = _scene.SharePool();
            _updates = [.. _scene.Updates.Select((u, h) => Parties.Share(u, h + 11, h % 4))];
            _reference = Parties.Share(_scene.Random(0.3), 5);
            _asked = Parties.Share([.. _scene.Images[0], .. _scene.Images[1]]);
        }

        public CheckJob Check(int party) => new(
            Images, FixedPoint.Default, _scene.Global, [.. _updates.Select(u => u.Packages[party])],
            [new PoolPart(_pool.Packages[party], Records)], new CheckPolicy(8, 900, 0, 999, 0) { Limits = All },
            Digest.Zero)
        {
            Reference = _reference.Packages[party], Previous = _previous, Weights = [2, 3, 1, 1],
        };

        public AggregationJob Aggregation(int party) => new(
            [.. new[] { 0, 1, 3 }.Select(h => _updates[h].Packages[party])], [2, 3, 1], _scene.Global, Digest.Zero)
        {
            Test = new AggregateTest(
                Images, FixedPoint.Default, [new PoolPart(_pool.Packages[party], Records)], 8, All),
        };

        public PredictionJob Prediction(int party) =>
            new(Images, FixedPoint.Default, _scene.Global, _asked.Packages[party], 2);

        public string Mean() => string.Join(',', Enumerable.Range(0, 50).Select(i => _scene.Global[i]
            + SecureAggregation.RoundedDiv(
                (2 * _scene.Updates[0][i]) + (3 * _scene.Updates[1][i]) + _scene.Updates[3][i], 6)));

        public string Answers() => string.Join(
            ',', _scene.Images[..2].SelectMany(r => new PlainTwin(Images, FixedPoint.Default).Logits(_scene.Global, r))
                .Select(Rounded));

        public string AnswersOf(PredictionAnswer[] told)
        {
            var byParty = new PredictionAnswer?[ExchangeMessages.Parties];
            foreach (PredictionAnswer answer in told)
            {
                byParty[answer.Party] = answer;
            }

            return string.Join(',', PredictionAnswer.TryOpen(byParty)!.Select(Rounded));
        }

        /// <summary>To an eighth; the scene's scores lie so far from the next one that errors of truncation do not
        /// reach it.</summary>
        private static long Rounded(long logit)
        {
            const long Eighth = 1L << 29;
            Assert.InRange(logit & (Eighth - 1), 1L << 21, Eighth - (1L << 21));
            return logit / Eighth;
        }
    }
}
