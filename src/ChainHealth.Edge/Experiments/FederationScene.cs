using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Experiments;

/// <summary>The hospitals, the provider's records and the test split of one experiment. What was trained is remembered
/// by global model, hospital and attack: honest hospitals do the same whichever attack is tried beside them, and a
/// poisoner the same whether somebody checks it or not.</summary>
internal sealed class FederationScene
{
    private const int Provider = -1;
    private const int TestSampleMax = 300;

    /// <summary>Twice as many at most, of about 100,000 parameters of 4 bytes each.</summary>
    private const int RememberedMax = 400;

    private Dictionary<(Digest Global, int Hospital, string Attack), float[]> _updates = [];
    private Dictionary<(Digest Global, int Hospital, string Attack), float[]> _older = [];
    private readonly SceneOptions _options;

    /// <exception cref="DatasetException">Too few records for that many hospitals.</exception>
    /// <exception cref="EdgeException">No such model.</exception>
    public FederationScene(Dataset dataset, SceneOptions options)
    {
        _options = options;
        Defaults = TrainingDefaults.For(dataset);
        Architecture = Architectures.TryCreate(
            options.Model ?? Defaults.Model, dataset.Schema.Shape, dataset.Schema.Classes, out string? fault)
            ?? throw new EdgeException(fault!);
        (Records anchors, Dataset remaining) = AnchorRecords.Split(dataset, Defaults.Options.AnchorsPerClass);
        Records train = Draw(remaining.Train, options.Records, options.Seed);
        int[][] parts = options.Alpha is { } alpha
            ? HospitalSplit.Dirichlet(train.Labels, train.Classes, options.Hospitals, alpha, options.Seed)
            : HospitalSplit.Iid(train.Labels, train.Classes, options.Hospitals, options.Seed);
        Samples = [.. parts.Select(p => p.Length)];
        Hospitals = [.. parts.Select(p => AnchorRecords.Join(train.Take(p), anchors))];
        ProviderPool pool = ProviderPool.Of(dataset, options.Seed);
        Pool = pool.Judged;
        Reference = AnchorRecords.Join(pool.Reference, anchors);
        Test = dataset.Test;
        TestSample = Draw(dataset.Test, TestSampleMax, options.Seed);
    }

    public Architecture Architecture { get; }

    public TrainingDefaults Defaults { get; }

    /// <summary>What each hospital trains on: its own records, then the anchors.</summary>
    public IReadOnlyList<Records> Hospitals { get; }

    /// <summary>Own records of each hospital: its weight in the sum.</summary>
    public IReadOnlyList<int> Samples { get; }

    /// <summary>The provider's records on which updates are judged.</summary>
    public Records Pool { get; }

    /// <summary>What the provider trains the reference update on; no record of the pool is among them.</summary>
    public Records Reference { get; }

    public Records Test { get; }

    /// <summary>A part of the test split, for what is measured of single updates.</summary>
    public Records TestSample { get; }

    public float[] Initial() => ParameterVector.Initial(Architecture, _options.Seed);

    /// <summary>What the hospital sends when it is honest.</summary>
    public float[] Honest(float[] global, int hospital) => Remember(global, hospital, "honest", () =>
        Train(global, Hospitals[hospital], hospital));

    /// <summary>The update that the provider trains.</summary>
    public float[] ReferenceUpdate(float[] global) => Remember(global, Provider, "reference", () =>
        ReferenceTraining.Train(
            Architecture, global, Reference, Defaults.Options, RoundSeed(global, Provider)));

    /// <summary>What a poisoner sends.</summary>
    /// <param name="poisoners">The group, in ascending order; the hospital is one of it.</param>
    public float[] Poisoned(
        float[] global, float[]? previous, int hospital, Attack attack, int round, IReadOnlyList<int> poisoners)
    {
        string key = $"{attack.Text} {round} {string.Join(',', poisoners)}";
        return Remember(global, hospital, key, () => attack.Poison(new PoisonTask(
            Architecture, global, previous, Hospitals[hospital], Defaults.Options, RoundSeed(global, hospital), round,
            new Group(this, global, hospital, poisoners))));
    }

    /// <summary>A seed that is the same in every run that comes to this global model.</summary>
    public ulong RoundSeed(float[] global, int purpose) =>
        unchecked(BitConverter.ToUInt64(Hash(global).ToArray()) + ((ulong)(purpose + 2) * 1_000_003) + _options.Seed);

    private float[] Train(float[] global, Records records, int hospital) => LocalTrainer.Train(
        Architecture, global, records, Defaults.Options, RoundSeed(global, hospital)).Update;

    /// <summary>As it arrives: rounded to the fixed point of the ring. What was used again since the last time that the
    /// memory was full stays: the honest updates of the clean run, which every cell of a scene needs.</summary>
    private float[] Remember(float[] global, int hospital, string attack, Func<float[]> make)
    {
        (Digest, int, string) key = (Hash(global), hospital, attack);
        if (_updates.TryGetValue(key, out float[]? update))
        {
            return update;
        }

        if (!_older.TryGetValue(key, out update))
        {
            long[] encoded = ParameterVector.ToFixedPoint(Architecture, make(), FixedPoint.Default);
            update = ParameterVector.FromFixedPoint(Architecture, encoded, FixedPoint.Default);
        }

        if (_updates.Count >= RememberedMax)
        {
            (_older, _updates) = (_updates, []);
        }

        return _updates[key] = update;
    }

    private static Records Draw(Records from, int count, ulong seed)
    {
        if (from.Count <= count)
        {
            return from;
        }

        int[] places = [.. Enumerable.Range(0, from.Count)];
        SeededRandom.For(seed, "experiment-records").Shuffle(places);
        return from.Take(places[..count]);
    }

    private static Digest Hash(float[] weights) => Digest.Sha256(
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights.AsSpan()));

    private sealed class Group(FederationScene scene, float[] global, int self, IReadOnlyList<int> poisoners)
        : IPoisonGroup
    {
        public int Index { get; } = poisoners.ToList().IndexOf(self);

        public int Count => poisoners.Count;

        public int Hospitals => scene.Hospitals.Count;

        public float[] Honest(int member) => scene.Honest(global, poisoners[member]);
    }
}
