using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Logits of several models on many records. All models and records go through one exchange together, up to a
/// bound on memory; above it records are taken in several passes, which multiplies the exchanges.</summary>
internal static class Inference
{
    /// <summary>Activations of one layer that are worked on at a time (about 130 bytes each).</summary>
    public const int ActivationsPerPassMax = 1_200_000;

    /// <summary>Logits (model, image, class), wide.</summary>
    public static async ValueTask<ShareVector> RunAsync(MpcSession session, Circuit circuit, ShareVector[] models,
        ShareVector images, int count, CancellationToken cancellation)
    {
        int elements = circuit.Architecture.Input.Elements, classes = circuit.Architecture.Classes;
        int perPass = PassSize(circuit.Architecture, models.Length, count);
        if (perPass >= count)
        {
            return await circuit.EvaluateAsync(session, models, images, count, cancellation);
        }

        ShareVector logits = session.NewVector(checked(models.Length * count * classes));
        for (int first = 0; first < count; first += perPass)
        {
            int taken = Math.Min(perPass, count - first);
            using ShareVector part = Local.Copy(session, images, first * elements, taken * elements);
            using ShareVector done = await circuit.EvaluateAsync(session, models, part, taken, cancellation);
            foreach (int j in Local.Known(logits))
            {
                for (int m = 0; m < models.Length; m++)
                {
                    done.Plane(j).Slice(m * taken * classes, taken * classes)
                        .CopyTo(logits.Plane(j)[(((m * count) + first) * classes)..]);
                }
            }
        }

        return logits;
    }

    /// <summary>Records of a pass; the passes are about equal.</summary>
    private static int PassSize(Architecture architecture, int models, int records)
    {
        int widest = architecture.Layers.Max(l => l.Output.Elements);
        int most = Math.Max(1, ActivationsPerPassMax / checked(models * widest));
        int passes = (records + most - 1) / most;
        return (records + passes - 1) / passes;
    }
}
