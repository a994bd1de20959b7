using ChainHealth.Primitives;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ChainHealth.Learning;

/// <summary>One hospital's part of a round: from the global weights, Adam over minibatches of its own records (Kingma
/// and Ba, 2015), in epochs or in class-balanced steps. Single-threaded; the same inputs and seed give the same
/// update on the same kind of machine.</summary>
public static class LocalTrainer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    /// <param name="progress">Told after each batch, on the calling thread: the part of the training that is done,
    /// 0..1, and the batch's mean loss.</param>
    /// <exception cref="ArgumentException">An option is out of range, or records and architecture do not
    /// fit.</exception>
    /// <exception cref="ParameterException">Global weights, or what training made of them, are not finite.</exception>
    public static LocalUpdate Train(
        Architecture architecture,
        ReadOnlySpan<float> global,
        Records records,
        TrainingOptions options,
        ulong seed,
        Action<double, double>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(architecture, records, options);
        float[] start = global.ToArray();
        var random = SeededRandom.For(seed, "local-training");
        using var network = new TorchNetwork(architecture, start);
        using var adam = new Adam(network.Flat, start, options);
        using var loss = new LocalLoss(records, options);
        var batches = new Minibatches(records, options, random);
        int done = 0;
        foreach (int[] places in batches.All())
        {
            cancellation.ThrowIfCancellationRequested();
            double mean = Step(network, adam, loss, records.Take(places));
            progress?.Invoke((double)++done / batches.Count, mean);
        }

        return Finish(architecture, start, network.Read(), records, options);
    }

    private static double Step(TorchNetwork network, Adam adam, LocalLoss loss, Records batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = TorchRuntime.Batch(batch, 0, batch.Count);
        Tensor value = loss.Of(network.forward(input), batch.Labels);
        value.backward();
        adam.Step();
        return value.item<float>();
    }

    private static LocalUpdate Finish(
        Architecture architecture, float[] start, float[] trained, Records records, TrainingOptions options)
    {
        ParameterVector.CheckFinite(architecture, trained);
        var update = new float[start.Length];
        for (int i = 0; i < update.Length; i++)
        {
            update[i] = trained[i] - start[i];
        }

        double norm = ParameterVector.Norm(update);
        UpdateClipping.Clip(update, options.ClipNorm);
        for (int i = 0; i < update.Length; i++)
        {
            trained[i] = start[i] + update[i];
        }

        return new LocalUpdate(update, records.Count, norm, ModelEvaluator.Evaluate(architecture, trained, records));
    }

    private static void Check(Architecture architecture, Records records, TrainingOptions options)
    {
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        if (records.Count == 0 || records.Shape != architecture.Input || records.Classes != architecture.Classes)
        {
            throw new ArgumentException(
                $"{records.Count} records of {records.Shape} with {records.Classes} classes do not fit {architecture}");
        }
    }

    /// <summary>Cross entropy with the hospital's class weights, over the classes that it holds.</summary>
    private sealed class LocalLoss : IDisposable
    {
        private const float Excluded = -1e9f;
        private readonly Tensor? weights;
        private readonly Tensor? mask;

        public LocalLoss(Records records, TrainingOptions options)
        {
            int[] counts = records.CountPerClass();
            int present = counts.Count(c => c > 0);
            if (options.ClassWeighting && options.BalancedSteps == 0)
            {
                weights = tensor(counts.Select(c => (float)records.Count / (present * Math.Max(c, 1))).ToArray());
            }

            if (options.RestrictedSoftmax && present < counts.Length)
            {
                mask = tensor(counts.Select(c => c > 0 ? 0f : Excluded).ToArray());
            }
        }

        public Tensor Of(Tensor scores, int[] labels)
        {
            Tensor target = tensor(labels.Select(l => (long)l).ToArray());
            Tensor masked = mask is null ? scores : scores + mask;
            return F.cross_entropy(masked, target, weights);
        }

        public void Dispose()
        {
            weights?.Dispose();
            mask?.Dispose();
        }
    }

    /// <summary>Adam over the one flat parameter, its moments held outside every step's scope.</summary>
    private sealed class Adam(Parameter parameters, float[] start, TrainingOptions options) : IDisposable
    {
        private readonly Tensor first = zeros(start.Length);
        private readonly Tensor second = zeros(start.Length);
        private readonly Tensor anchor = tensor(start);
        private int steps;

        public void Step()
        {
            using IDisposable _ = no_grad();
            steps++;
            Tensor gradient = parameters.grad!;
            if (options.Proximal > 0)
            {
                gradient = gradient.add(parameters.sub(anchor), options.Proximal);
            }

            first.mul_(Beta1).add_(gradient, 1 - Beta1);
            second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            double scale = Math.Sqrt(1 - Math.Pow(Beta2, steps));
            Tensor divisor = second.sqrt().div_(scale).add_(Epsilon);
            parameters.addcdiv_(first, divisor, -options.LearningRate / (1 - Math.Pow(Beta1, steps)));
            parameters.grad!.zero_();
        }

        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
            anchor.Dispose();
        }
    }
}
