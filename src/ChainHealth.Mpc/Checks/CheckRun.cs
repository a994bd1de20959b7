using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The steps of one check after the coin toss. First the updates themselves, then the updated models on
/// records and patched images, then, of those that passed, the aggregates with and without each. Every step takes all
/// hospitals at once.</summary>
internal sealed class CheckRun
{
    private readonly MpcSession _session;
    private readonly CheckJob _job;
    private readonly Digest _seed;
    private readonly Circuit _circuit;
    private readonly CheckLimits _limits;
    private readonly int _hospitals;

    public CheckRun(MpcSession session, CheckJob job, Digest seed)
    {
        (_session, _job, _seed) = (session, job, seed);
        _limits = job.Policy.Limits;
        _hospitals = job.Updates.Count;
        _circuit = Circuit.TryPlan(
            job.Architecture, job.FixedPoint, job.Global.Span, out _, job.UpdateNorm)!;
    }

    private int Words => BitPlanes.Words(_hospitals);

    private bool HasLeaveOneOut => _limits.HasLeaveOneOut && _hospitals >= LeaveOneOut.HospitalsMin;

    /// <returns>Shared verdict bits, and this party's part of each hospital's reason code.</returns>
    public async ValueTask<(ShareVector Verdicts, byte[][] Reasons)> JudgeAsync(CancellationToken cancellation)
    {
        int[] indices = RecordDraw.Sample(_seed, _job.Pool.Sum(p => p.Records), _job.Policy.DrawSize);
        using DrawnRecords records = DrawnRecords.Gather(_session, _job.Architecture, _job.Pool, indices);
        List<CheckGroup> groups = await CheckInStepAsync(records, cancellation);
        RefusalReasons[] reasons = [.. groups.Select(g => g.Reason)];
        List<ShareVector> passes =
            [.. await BitBlocks.AllAsync(_session, [.. groups.Select(g => g.Blocks)], Words, cancellation)];
        List<ShareVector> decisive = passes;
        if (HasLeaveOneOut)
        {
            ShareVector rest = await AllOfAsync(passes, cancellation);
            ShareVector alone = await LeaveOneOutAsync(rest, records, cancellation);
            reasons = [.. reasons, RefusalReasons.LeaveOneOut];
            decisive = [rest, alone];
        }

        ShareVector[] told = await BitBlocks.AllAsync(_session,
            [BitBlocks.Join(_session, decisive), .. ReasonBlocks(reasons, passes, decisive)], Words, cancellation);
        passes.Union(decisive).ToList().ForEach(p => p.Dispose());
        byte[][] parts = ReasonShare.Of([.. reasons.Zip(told[1..])], _hospitals);
        Array.ForEach(told[1..], t => t.Dispose());
        return (told[0], parts);
    }

    /// <summary>The checks of the updates themselves need nothing from those of the models: they share the exchanges.
    /// </summary>
    private async ValueTask<List<CheckGroup>> CheckInStepAsync(
        DrawnRecords records, CancellationToken cancellation)
    {
        List<CheckGroup> ofUpdates = [], ofModels = [];
        PatchSet patches = PatchSet.Draw(
            _seed, _job.Architecture.Input, _job.FixedPoint, records.Count, _limits.PatchRecords);
        using DrawnRecords shown = records.WithPatches(_session, patches);
        ShareVector[] models = Models(patches);
        using var inference = new Inference(_session, _circuit, models, shown.Images, shown.Count);
        List<Func<ValueTask>> strands = [.. inference.Strands(cancellation), async () =>
        {
            await inference.FinishedAsync();
            int[] ends = [records.Count, .. patches.Ends().Select(e => records.Count + e)];
            ofModels = await JudgeModelsAsync(inference.Logits, shown, ends, models, cancellation);
        }];
        if (_limits.HasNorm)
        {
            strands.Insert(0, async () => ofUpdates = await CheckUpdatesAsync(cancellation));
        }

        await Lockstep.RunAsync(_session, strands, cancellation);
        return [.. ofUpdates, .. ofModels];
    }

    private async ValueTask<List<CheckGroup>> CheckUpdatesAsync(CancellationToken cancellation)
    {
        ShareVector[] vectors = [.. Updates(), .. ComparedWith()];
        List<CheckGroup> groups = await UpdateChecks.RunAsync(_session, _job, vectors, _seed, cancellation);
        Array.ForEach(vectors, v => v.Dispose());
        return groups;
    }

    /// <summary>A fresh copy: expanding is cheaper than keeping.</summary>
    private IEnumerable<ShareVector> Updates() => _job.Updates.Select(u => Local.Expand(_session, u));

    /// <summary>The reference, then the last step of the global model, as far as the job has them.</summary>
    private IEnumerable<ShareVector> ComparedWith()
    {
        if (_job.ChecksReference)
        {
            yield return Local.Expand(_session, _job.Reference!);
        }

        if (_job.ChecksLastStep)
        {
            ReadOnlySpan<long> now = _job.Global.Span, before = _job.Previous!;
            var step = new long[now.Length];
            for (int i = 0; i < step.Length; i++)
            {
                step[i] = unchecked(now[i] - before[i]);
            }

            ShareVector vector = _session.NewVector(step.Length).Clear();
            Local.AddPublic(vector, step);
            yield return vector;
        }
    }

    /// <summary>global + update for each hospital, then the global model alone, which is left out where nothing is
    /// compared with it.</summary>
    private ShareVector[] Models(PatchSet patches)
    {
        ShareVector[] models = [.. Updates()];
        models = _job.Policy.ComparesWithGlobal || patches.Groups.Length > 0
            ? [.. models, _session.NewVector(_job.Global.Length).Clear()] : models;
        Array.ForEach(models, m => Local.AddPublic(m, _job.Global.Span));
        return models;
    }

    /// <summary>Accuracy, recall of each class, rush on patches.</summary>
    /// <param name="ends">Of the records, then of each group of patches.</param>
    /// <param name="models">No longer needed: disposed.</param>
    private async ValueTask<List<CheckGroup>> JudgeModelsAsync(ShareVector logits, DrawnRecords shown, int[] ends,
        ShareVector[] models, CancellationToken cancellation)
    {
        Array.ForEach(models, m => m.Dispose());
        bool hasGlobal = models.Length > _hospitals;
        using ShareVector counts = await CorrectAnswers.CountAsync(
            _session, _circuit, logits, shown.Labels, models.Length, ends, cancellation);
        var conditions = new CountConditions(counts, shown.Labels, ends, _job.Architecture.Classes, _hospitals);
        AddConditions(conditions, hasGlobal ? _hospitals : CountConditions.NoModel, ends.Length - 1);
        using ShareVector bits = await conditions.DecideAsync(_session, cancellation);
        return Groups(bits, hasGlobal ? 2 : 1, ends.Length - 1);
    }

    private void AddConditions(CountConditions conditions, int global, int patchGroups)
    {
        CheckPolicy policy = _job.Policy;
        if (global != CountConditions.NoModel)
        {
            // Else every count meets them.
            conditions.Add(h => h, _ => global, policy.AccuracyMarginPerMille, 0, CountConditions.AllClasses);
        }

        conditions.Add(
            h => h, _ => CountConditions.NoModel, -policy.AccuracyFloorPerMille, 0, CountConditions.AllClasses);
        if (global != CountConditions.NoModel)
        {
            conditions.AddEachClass(h => h, _ => global, policy.RecallMarginPerMille, 0);
        }

        conditions.AddEachClass(h => h, _ => CountConditions.NoModel, -policy.RecallFloorPerMille, 0);
        for (int group = 1; group <= patchGroups; group++)
        {
            conditions.AddEachClass(_ => global, h => h, _limits.PatchRushPerMille, group);
        }
    }

    /// <param name="each">Conditions on a count: a floor, and a margin where there is a global model.</param>
    private List<CheckGroup> Groups(ShareVector bits, int each, int patchGroups)
    {
        int classes = _job.Architecture.Classes, at = 0;
        var groups = new List<CheckGroup>();
        foreach ((RefusalReasons reason, int blocks) in new[]
        {
            (RefusalReasons.Accuracy, each), (RefusalReasons.Recall, each * classes),
            (RefusalReasons.PatchRush, patchGroups * classes),
        })
        {
            if (blocks > 0)
            {
                groups.Add(new CheckGroup(reason, Local.Copy(_session, bits, at * Words, blocks * Words)));
            }

            at += blocks;
        }

        return groups;
    }

    private async ValueTask<ShareVector> LeaveOneOutAsync(
        ShareVector passed, DrawnRecords records, CancellationToken cancellation)
    {
        using DrawnRecords few = records.Take(
            _session, RecordDraw.LeaveOneOut(_seed, records.Count, _limits.LeaveOneOutRecords));
        ShareVector[] updates = [.. Updates()];
        ShareVector blocks = await LeaveOneOut.RunAsync(
            _session, _job, _circuit, updates, passed, few, cancellation);
        Array.ForEach(updates, u => u.Dispose());
        ShareVector[] all = await BitBlocks.AllAsync(_session, [blocks], Words, cancellation);
        return all[0];
    }

    private async ValueTask<ShareVector> AllOfAsync(List<ShareVector> passes, CancellationToken cancellation)
    {
        ShareVector[] all = await BitBlocks.AllAsync(
            _session, [BitBlocks.Join(_session, passes)], Words, cancellation);
        return all[0];
    }

    /// <summary>The reason code says which checks failed; each of its bits is the AND of two blocks, in the exchange in
    /// which the verdicts are put together. Where the update was not even small it says only that: all else is then
    /// computed on wrapped values and must tell nothing. Leave-one-out counts only for who passed the rest.</summary>
    private IEnumerable<ShareVector> ReasonBlocks(
        RefusalReasons[] reasons, List<ShareVector> passes, List<ShareVector> decisive)
    {
        using ShareVector always = _session.NewVector(Words).Clear();
        Local.Invert(always);
        for (int i = 0; i < reasons.Length; i++)
        {
            ShareVector counts = reasons[i] == RefusalReasons.LeaveOneOut ? decisive[0]
                : reasons[0] == RefusalReasons.NormTooLarge && i > 0 ? passes[0] : always;
            using ShareVector failed = Local.Copy(
                _session, reasons[i] == RefusalReasons.LeaveOneOut ? decisive[1] : passes[i], 0, Words);
            Local.Invert(failed);
            yield return BitBlocks.Join(_session, [failed, counts]);
        }
    }
}
