using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The check on the sum: how many records does the aggregate answer better without an update than with it?
/// Only updates that passed all other checks are in the sum (a product with the secret bit), so that none of the others
/// can distort the verdict; the weights are those of the aggregation. One more model than hospitals, on a few of the
/// drawn records.</summary>
internal static class LeaveOneOut
{
    /// <summary>With fewer there is no sum to leave one out of.</summary>
    public const int HospitalsMin = 3;

    /// <param name="updates">Shares of the updates.</param>
    /// <param name="passed">One bit for each hospital.</param>
    /// <returns>Blocks of conditions.</returns>
    public static async ValueTask<ShareVector> RunAsync(MpcSession session, CheckJob job, Circuit circuit,
        ShareVector[] updates, ShareVector passed, DrawnRecords records, CancellationToken cancellation)
    {
        ShareVector[] models;
        using (ShareVector kept = await MaskAsync(session, updates, passed, cancellation))
        {
            models = await AggregateModels.WithoutEachAsync(
                session, kept, job.WeightsOrEqual(), job.Global, cancellation);
        }

        using ShareVector logits = await Inference.RunAsync(
            session, circuit, models, records.Images, records.Count, cancellation);
        Array.ForEach(models, m => m.Dispose());
        int[] ends = [records.Count];
        using ShareVector counts = await CorrectAnswers.CountAsync(
            session, circuit, logits, records.Labels, models.Length, ends, cancellation);
        CheckLimits limits = job.Policy.Limits;
        var conditions = new CountConditions(
            counts, records.Labels, ends, job.Architecture.Classes, updates.Length);
        conditions.Add(_ => 0, h => 1 + h, limits.LeaveOneOutMarginPerMille, 0, CountConditions.AllClasses);
        conditions.AddEachClass(_ => 0, h => 1 + h, limits.LeaveOneOutRecallMarginPerMille, 0);
        return await conditions.DecideAsync(session, cancellation);
    }

    /// <summary>Each update times its bit, one after another: the bits as numbers (2 exchanges), then one product.
    /// </summary>
    private static async ValueTask<ShareVector> MaskAsync(
        MpcSession session, ShareVector[] updates, ShareVector passed, CancellationToken cancellation)
    {
        using ShareVector ones = session.NewVector(updates.Length).Clear();
        Local.AddConstant(ones, 1);
        using ShareVector bits = await Selection.RunAsync(
            session, passed, PairSum.Of(session, ones), cancellation);
        int parameters = updates[0].Length;
        Products products = await Products.BeginAsync(session, checked(updates.Length * parameters));
        return await products.FinishAsync(
            new ScaledTerms(bits, updates, parameters), bits: false, cancellation);
    }
}

/// <summary>Several vectors, one after another, each times its own shared number.</summary>
internal readonly unsafe struct ScaledTerms(ShareVector numbers, ShareVector[] vectors, int length) : IPairTerms
{
    private readonly ShareVector _numbers = numbers;
    private readonly ShareVector[] _vectors = vectors;
    private readonly int _length = length;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        (int e, int d, bool owns) = Pairs.Terms(pair);
        for (int done = 0; done < count;)
        {
            int vector = (start + done) / _length, at = (start + done) % _length;
            int run = Math.Min(count - done, _length - at);
            ulong first = _numbers[d][vector], second = _numbers[e][vector];
            second = owns ? unchecked(second + first) : second;
            ulong* x = _vectors[vector][e] + at, y = _vectors[vector][d] + at;
            for (int i = 0; i < run; i++)
            {
                destination[done + i] = unchecked((x[i] * first) + (y[i] * second));
            }

            done += run;
        }
    }
}
