using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>The update that the provider trains on records of its own: the direction in which an honest update points
/// (a root data set: Cao and others, "FLTrust", NDSS 2021). It is the mean of several trainings that differ in the
/// order of their records: the noise of a single one lowers the cosine of every honest update, and with it what a
/// least cosine can ask for.</summary>
public static class ReferenceTraining
{
    public const int Runs = 4;

    /// <param name="records">The provider's own and the anchors, as a hospital would join them.</param>
    /// <returns>Within the norm that the recipe clips to, as a mean of updates that are.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or records and architecture do not
    /// fit.</exception>
    /// <exception cref="ParameterException">Global weights, or what training made of them, are not finite.</exception>
    public static float[] Train(Architecture architecture, ReadOnlySpan<float> global, Records records,
        TrainingOptions options, ulong seed, CancellationToken cancellation = default)
    {
        var mean = new float[global.Length];
        for (int run = 0; run < Runs; run++)
        {
            float[] update = LocalTrainer.Train(architecture, global, records, options,
                unchecked((seed * Runs) + (ulong)run), null, cancellation).Update;
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += update[i] / Runs;
            }
        }

        return mean;
    }
}
