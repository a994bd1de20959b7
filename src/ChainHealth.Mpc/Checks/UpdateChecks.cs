using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The passes of one check: blocks of conditions, one bit for each hospital; all must hold.</summary>
internal sealed record CheckGroup(RefusalReasons Reason, ShareVector Blocks);

/// <summary>One comparison of two updates that may refuse the hospital <paramref name="Judged"/>.</summary>
/// <param name="Other">An earlier update, the reference, or the last step of the global model.</param>
/// <param name="Squared">Squared cosine in units of 2^-15 that the pair is compared with.</param>
internal readonly record struct Relation(int Judged, int Other, bool IsDuplicate, bool IsNegative, long Squared)
{
    /// <summary>The failure is a conjunction (too alike; too far apart on the negative side), or the negation of one.
    /// </summary>
    public bool FailsOnBoth => IsDuplicate || IsNegative;
}

/// <summary>Checks (c) norm, (d) cosine with a reference, (e) near-duplicates, on the updates themselves. First each
/// vector is shown to be small by random projections, so that inner products are exact; then all inner products in one
/// exchange; a cosine is compared without division or root: p^2 against c^2 a b, on values of 23 bits. About 30
/// exchanges, whatever the number of hospitals and pairs (SMPC.md, "The check").</summary>
internal sealed class UpdateChecks
{
    public const int MagnitudeBits = 23;
    public const int RatioBits = CheckLimits.CosineBits;

    // Any ring element has its sign here, so that a wrapped vector cannot pass.
    private static readonly Window Exact = new(0, 64);

    private readonly MpcSession _session;
    private readonly CheckLimits _limits;
    private readonly int _hospitals;
    private readonly int _vectors;
    private readonly long _projectionMax;
    private readonly double _normMax;
    private readonly double _normMin;
    private readonly List<Relation> _relations = [];

    private UpdateChecks(MpcSession session, CheckJob job)
    {
        _session = session;
        _limits = job.Policy.Limits;
        _hospitals = job.Updates.Count;
        int next = _hospitals;
        int? reference = job.ChecksReference ? next++ : null, lastStep = job.ChecksLastStep ? next++ : null;
        _vectors = next;
        int parameters = job.Architecture.ParameterCount;
        _projectionMax = _limits.ProjectionUnits(parameters, job.FixedPoint);
        _normMax = _limits.NormUnits(parameters, job.FixedPoint);
        _normMin = _limits.NormMinMillis / (double)CheckLimits.PerMille * job.FixedPoint.One;
        if (reference is { } place)
        {
            int cosine = _limits.CosineMinPerMille;
            _relations.AddRange(Enumerable.Range(0, _hospitals)
                .Select(h => new Relation(h, place, false, cosine < 0, Square(cosine))));
        }

        if (_limits.HasDuplicates)
        {
            _relations.AddRange(
                from judged in Enumerable.Range(0, _hospitals)
                from other in Enumerable.Range(0, _hospitals + (lastStep is null ? 0 : 1))
                    .Select(o => o < _hospitals ? o : lastStep!.Value)
                where other >= _hospitals || job.OrderOf(other) < job.OrderOf(judged)
                select new Relation(judged, other, true, false, Square(_limits.DuplicateCosinePerMille)));
        }
    }

    /// <summary>Bits by which inner products are shortened before they are squared.</summary>
    private int Drop => Math.Max(0, (int)Math.Ceiling(2 * Math.Log2(_normMax)) - MagnitudeBits);

    /// <summary>c^2 in units of 2^-15.</summary>
    public static long Square(int perMille) => CheckLimits.SquaredCosine(perMille);

    /// <param name="vectors">The updates, then what they are compared with: the reference, and the last step of the
    /// global model, where the job checks them.</param>
    public static async ValueTask<List<CheckGroup>> RunAsync(MpcSession session, CheckJob job,
        IReadOnlyList<ShareVector> vectors, Digest seed, CancellationToken cancellation)
    {
        var checks = new UpdateChecks(session, job);
        using ShareVector signs = await checks.CompareAsync(vectors, seed, cancellation);
        return await checks.CombineAsync(signs, cancellation);
    }

    private int NormPlace => 2 * RandomProjections.Rows * _vectors;

    private int LeastPlace => NormPlace + _vectors;

    private int SignPlace => LeastPlace + _hospitals;

    private int RatioPlace => SignPlace + _relations.Count;

    /// <summary>Bits: projections within T on both sides (projection and side, vector), largest norm (vector), least
    /// norm (hospital), sign of the inner product and comparison of the squares (relation).</summary>
    private async ValueTask<ShareVector> CompareAsync(
        IReadOnlyList<ShareVector> vectors, Digest seed, CancellationToken cancellation)
    {
        using ShareVector projections = RandomProjections.Compute(_session, vectors, seed);
        (int, int)[] wanted = [.. Enumerable.Range(0, _vectors).Select(v => (v, v)),
            .. _relations.Select(r => (r.Judged, r.Other))];
        using ShareVector products = await InnerProducts.RunAsync(_session, vectors, wanted, cancellation);
        using ShareVector conditions = _session.NewVector(RatioPlace + _relations.Count);
        if (_relations.Count > 0)
        {
            using ShareVector ratios = await RatiosAsync(products, cancellation);
            foreach (int j in Local.Known(ratios))
            {
                ratios.Plane(j).CopyTo(conditions.Plane(j)[RatioPlace..]);
            }
        }

        foreach (int j in Local.Known(conditions))
        {
            WriteConditions(j, projections.Plane(j), products.Plane(j), conditions.Plane(j));
        }

        return await Comparison.IsNotNegativeAsync(_session, conditions, Exact, cancellation);
    }

    private void WriteConditions(
        int share, ReadOnlySpan<ulong> projections, ReadOnlySpan<ulong> products, Span<ulong> conditions)
    {
        ulong bound = Constant(share, _projectionMax);
        ulong most = Constant(share, (long)Math.Ceiling(_normMax * _normMax));
        ulong least = Constant(share, (long)Math.Floor(_normMin * _normMin));
        unchecked
        {
            for (int i = 0; i < projections.Length; i++)
            {
                int row = i / _vectors, vector = i % _vectors;
                conditions[(2 * row * _vectors) + vector] = bound - projections[i];
                conditions[(((2 * row) + 1) * _vectors) + vector] = bound + projections[i];
            }

            for (int v = 0; v < _vectors; v++)
            {
                conditions[NormPlace + v] = most - products[v];
            }

            for (int h = 0; h < _hospitals; h++)
            {
                conditions[LeastPlace + h] = products[h] - least;
            }
        }

        products[_vectors..].CopyTo(conditions[SignPlace..]);
    }

    /// <summary>2^15 p^2 - c^2 a b, less one where equality must not count, as one product of two terms.</summary>
    private async ValueTask<ShareVector> RatiosAsync(ShareVector inner, CancellationToken cancellation)
    {
        using ShareVector shortened = Drop == 0 ? Local.Copy(_session, inner, 0, inner.Length)
            : await Truncation.RunAsync(_session, inner, Drop, cancellation);
        using ShareVector left = _session.NewVector(2 * _relations.Count);
        using ShareVector right = _session.NewVector(2 * _relations.Count);
        foreach (int j in Local.Known(shortened))
        {
            ReadOnlySpan<ulong> s = shortened.Plane(j);
            Span<ulong> l = left.Plane(j), r = right.Plane(j);
            for (int i = 0; i < _relations.Count; i++)
            {
                Relation relation = _relations[i];
                ulong p = s[_vectors + i];
                (l[2 * i], r[2 * i]) = (p, p << RatioBits);
                (l[(2 * i) + 1], r[(2 * i) + 1]) =
                    (s[relation.Judged], unchecked(s[relation.Other] * (ulong)-relation.Squared));
            }
        }

        Products products = await Products.BeginAsync(_session, _relations.Count);
        ShareVector ratios = await products.FinishAsync(
            new SumTerms<MultiplyTerms>(new MultiplyTerms(left, right), 2), bits: false, cancellation);
        if (_session.Party != 0)
        {
            Span<ulong> constant = ratios.Plane(0);
            for (int i = 0; i < constant.Length; i++)
            {
                constant[i] = unchecked(constant[i] - (_relations[i].FailsOnBoth ? 1UL : 0));
            }
        }

        return ratios;
    }

    private async ValueTask<List<CheckGroup>> CombineAsync(ShareVector signs, CancellationToken cancellation)
    {
        int blockBits = BitPlanes.Words(_vectors) * BitPlanes.WordBits;
        var small = new int[((2 * RandomProjections.Rows) + 1) * blockBits];
        for (int i = 0; i < small.Length; i++)
        {
            (int condition, int vector) = (i / blockBits, i % blockBits);
            small[i] = vector < _vectors ? (condition * _vectors) + vector : -1;
        }

        ShareVector gathered = BitBlocks.Gather(_session, signs, small);
        ShareVector[] all = await BitBlocks.AllAsync(_session, [gathered], BitPlanes.Words(_vectors), cancellation);
        using ShareVector sound = all[0];
        List<CheckGroup> groups =
        [
            new(RefusalReasons.NormTooLarge, Pass(sound, [.. Enumerable.Range(0, _hospitals)])),
        ];
        if (_limits.NormMinMillis > 0)
        {
            groups.Add(new CheckGroup(RefusalReasons.NormTooSmall,
                Pass(signs, [.. Enumerable.Range(LeastPlace, _hospitals)])));
        }

        if (_relations.Count > 0)
        {
            using ShareVector failed = await FailedAsync(signs, sound, cancellation);
            AddRelations(groups, failed);
        }

        return groups;
    }

    /// <summary>One bit for each relation. A vector that is not small refuses nobody but its owner.</summary>
    private async ValueTask<ShareVector> FailedAsync(
        ShareVector signs, ShareVector sound, CancellationToken cancellation)
    {
        using ShareVector same = BitBlocks.Gather(
            _session, signs, [.. Enumerable.Range(SignPlace, _relations.Count)]);
        using ShareVector ratio = BitBlocks.Gather(
            _session, signs, [.. Enumerable.Range(RatioPlace, _relations.Count)]);
        BitBlocks.Invert(same, i => _relations[i].IsNegative, _relations.Count);
        using ShareVector both = await Products.AndAsync(_session, same, ratio, cancellation);
        BitBlocks.Invert(both, i => !_relations[i].FailsOnBoth, _relations.Count);
        using ShareVector others = BitBlocks.Gather(_session, sound, [.. _relations.Select(r => r.Other)]);
        return await Products.AndAsync(_session, both, others, cancellation);
    }

    private void AddRelations(List<CheckGroup> groups, ShareVector failed)
    {
        int blockBits = BitPlanes.Words(_hospitals) * BitPlanes.WordBits;
        foreach (bool duplicates in new[] { false, true })
        {
            int[][] of = [.. Enumerable.Range(0, _hospitals).Select(h => Enumerable.Range(0, _relations.Count)
                .Where(i => _relations[i].Judged == h && _relations[i].IsDuplicate == duplicates).ToArray())];
            int blocks = of.Max(o => o.Length);
            if (blocks == 0)
            {
                continue;
            }

            var from = new int[blocks * blockBits];
            for (int i = 0; i < from.Length; i++)
            {
                (int block, int hospital) = (i / blockBits, i % blockBits);
                from[i] = hospital < _hospitals && block < of[hospital].Length ? of[hospital][block] : -1;
            }

            ShareVector bits = BitBlocks.Gather(_session, failed, from);
            Local.Invert(bits);
            groups.Add(new CheckGroup(duplicates ? RefusalReasons.Duplicate : RefusalReasons.Cosine, bits));
        }
    }

    /// <summary>Bits of the hospitals, padded with ones.</summary>
    private ShareVector Pass(ShareVector source, int[] from)
    {
        ShareVector pass = BitBlocks.Gather(_session, source, from);
        BitBlocks.Invert(pass, i => i >= _hospitals, pass.Length * BitPlanes.WordBits);
        return pass;
    }

    private static ulong Constant(int share, long value) => share == 0 ? unchecked((ulong)value) : 0;
}
