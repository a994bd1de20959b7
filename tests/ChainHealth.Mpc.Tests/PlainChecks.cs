using System.Numerics;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>All checks in the clear, as plainly as they can be written: real numbers, square roots, loops. The oracle
/// of the encrypted ones.</summary>
internal sealed class PlainChecks(Architecture architecture, long[] global, long[][] updates, long[]? reference,
    long[][] images, int[] labels, CheckPolicy policy, Digest seed)
{
    private static readonly FixedPoint Format = FixedPoint.Default;

    private readonly PlainTwin _twin = new(architecture, Format);
    private readonly int[] _draw = RecordDraw.Sample(seed, images.Length, policy.DrawSize);

    private CheckLimits Limits => policy.Limits;

    public int[] Weights { get; init; } = [.. updates.Select(_ => 1)];

    /// <summary>By hospital; committed in the order of the list.</summary>
    public RefusalReasons[] Reasons()
    {
        RefusalReasons[] reasons = [.. Enumerable.Range(0, updates.Length).Select(h =>
            IsTooLarge(updates[h]) ? RefusalReasons.NormTooLarge : OfUpdate(h) | OfModel(h))];
        int[] passed = [.. Enumerable.Range(0, updates.Length).Where(h => reasons[h] == RefusalReasons.None)];
        foreach (int h in Limits.HasLeaveOneOut ? passed : [])
        {
            reasons[h] |= IsBetterWithout(h, passed) ? RefusalReasons.LeaveOneOut : RefusalReasons.None;
        }

        return reasons;
    }

    private bool IsTooLarge(long[] update) =>
        Limits.HasNorm && Norm(update) > Limits.NormUnits(update.Length, Format);

    private RefusalReasons OfUpdate(int h)
    {
        RefusalReasons reasons = RefusalReasons.None;
        if (Limits.HasNorm && Norm(updates[h]) < Limits.NormMinMillis / 1000.0 * Format.One)
        {
            reasons |= RefusalReasons.NormTooSmall;
        }

        if (Limits.HasReference && reference is not null && !IsTooLarge(reference)
            && Cosine(updates[h], reference) < Limits.CosineMinPerMille / 1000.0)
        {
            reasons |= RefusalReasons.Cosine;
        }

        bool copied = Enumerable.Range(0, h).Any(e => !IsTooLarge(updates[e])
            && Cosine(updates[h], updates[e]) > Limits.DuplicateCosinePerMille / 1000.0);
        return Limits.HasDuplicates && copied ? reasons | RefusalReasons.Duplicate : reasons;
    }

    private RefusalReasons OfModel(int h)
    {
        long[] model = [.. updates[h].Select((u, i) => u + global[i])];
        RefusalReasons reasons = RefusalReasons.None;
        int[] own = Correct(model, _draw), before = Correct(global, _draw);
        int[] sizes = [.. Enumerable.Range(0, architecture.Classes).Select(k => _draw.Count(i => labels[i] == k))];
        if (Fails(own.Sum(), before.Sum(), _draw.Length, policy.AccuracyMarginPerMille, policy.AccuracyFloorPerMille))
        {
            reasons |= RefusalReasons.Accuracy;
        }

        if (Enumerable.Range(0, sizes.Length).Any(k => Fails(
            own[k], before[k], sizes[k], policy.RecallMarginPerMille, policy.RecallFloorPerMille)))
        {
            reasons |= RefusalReasons.Recall;
        }

        return Limits.HasPatches && Rushes(model) ? reasons | RefusalReasons.PatchRush : reasons;
    }

    private static bool Fails(int own, int before, int size, int margin, int floor) =>
        1000 * own < (1000 * before) - (margin * size) || 1000 * own < floor * size;

    private bool Rushes(long[] model)
    {
        PatchSet set = PatchSet.Draw(seed, architecture.Input, Format, _draw.Length, Limits.PatchRecords);
        for (int group = 0; group < set.Groups.Length; group++)
        {
            int[] shown = [.. Enumerable.Range(0, set.Records.Length).Where(i => set.GroupOf(i) == group)
                .Select(i => _draw[set.Records[i]])];
            for (int k = 0; k < architecture.Classes; k++)
            {
                int[] others = [.. shown.Where(i => labels[i] != k)];
                int rush = others.Count(i => Answers(model, Patched(set, group, images[i]), k))
                    - others.Count(i => Answers(global, Patched(set, group, images[i]), k));
                if (1000 * rush > Limits.PatchRushPerMille * others.Length)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static long[] Patched(PatchSet set, int group, long[] image)
    {
        long[] patched = [.. image];
        set.Paste(group, (element, value) => patched[element] = value);
        return patched;
    }

    private bool IsBetterWithout(int h, int[] passed)
    {
        int[] few = [.. RecordDraw.LeaveOneOut(seed, _draw.Length, Limits.LeaveOneOutRecords).Select(i => _draw[i])];
        int[] with = Correct(Mean(passed, Weights.Sum()), few);
        int[] without = Correct(Mean([.. passed.Where(p => p != h)], Weights.Sum() - Weights[h]), few);
        bool worse = 1000 * (without.Sum() - with.Sum()) > Limits.LeaveOneOutMarginPerMille * few.Length;
        for (int k = 0; k < architecture.Classes; k++)
        {
            int size = few.Count(i => labels[i] == k);
            worse |= 1000 * (without[k] - with[k]) > Limits.LeaveOneOutRecallMarginPerMille * size;
        }

        return worse;
    }

    private long[] Mean(int[] members, int total) => [.. global.Select((g, i) =>
        g + (long)Math.Round(members.Sum(m => (double)Weights[m] * updates[m][i]) / total))];

    private int[] Correct(long[] model, int[] records) => [.. Enumerable.Range(0, architecture.Classes)
        .Select(k => records.Count(i => labels[i] == k && Answers(model, images[i], k)))];

    private bool Answers(long[] model, long[] image, int k) => _twin.IsCorrect(_twin.Logits(model, image), k);

    private static double Norm(long[] u) => Math.Sqrt((double)Inner(u, u));

    private static double Cosine(long[] u, long[] v) => (double)Inner(u, v) / (Norm(u) * Norm(v));

    private static BigInteger Inner(long[] u, long[] v)
    {
        BigInteger sum = 0;
        for (int i = 0; i < u.Length; i++)
        {
            sum += (BigInteger)u[i] * v[i];
        }

        return sum;
    }
}
