using System.Collections.Immutable;
using System.Numerics;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>The encrypted form of an architecture with the comparison windows that its range analysis allows. Max-pool
/// stands before ReLU (the same function, fewer comparisons).</summary>
internal sealed class Circuit
{
    /// <summary>Largest magnitude of an input element, in reals: images lie within -2..2, standardised table columns
    /// within -16..16. Contributors clip to it.</summary>
    public const double ImageMagnitudeMax = 2;
    public const double TableMagnitudeMax = 16;

    private const int WindowBitsDefault = 26;

    private const int WindowBitsUnproven = 32;

    // Where the norm of updates is not checked, their row sums may still differ from the global model's; twice the
    // bound is allowed for.
    private const double Allowance = 2;

    // Wide values must stay below 2^62, with the sums of products in the ring.
    private const int RingBits = 62;

    private Circuit(Architecture architecture, int fractionBits, ImmutableArray<CircuitStep> steps, Window logitWindow)
    {
        Architecture = architecture;
        FractionBits = fractionBits;
        Steps = steps;
        LogitWindow = logitWindow;
    }

    public Architecture Architecture { get; }

    public int FractionBits { get; }

    public ImmutableArray<CircuitStep> Steps { get; }

    /// <summary>Steps up to the second linear layer, and that layer: the widest activations are gone then.</summary>
    public int FirstLayerSteps => Steps.Index().Where(s => s.Item is LinearStep).Select(s => s.Index + 1)
        .Skip(1).FirstOrDefault(Steps.Length);

    /// <summary>For differences of logits.</summary>
    public Window LogitWindow { get; }

    /// <summary>Null, with the reason, where the plan could overflow the ring.</summary>
    /// <param name="updateNorm">What the norm check holds updates to, in reals: then the bounds hold for every model
    /// that passes it, where they fit the ring. 0 where the norm is not checked.</param>
    public static Circuit? TryPlan(Architecture architecture, FixedPoint fixedPoint, ReadOnlySpan<long> global,
        out string? fault, double updateNorm = 0)
    {
        fault = null;
        Circuit? proven = updateNorm > 0 ? TryBounds(architecture, fixedPoint, global, out _, updateNorm) : null;
        return proven ?? TryBounds(architecture, fixedPoint, global, out fault, 0);
    }

    private static Circuit? TryBounds(Architecture architecture, FixedPoint fixedPoint, ReadOnlySpan<long> global,
        out string? fault, double updateNorm)
    {
        int f = fixedPoint.FractionBits;
        var steps = ImmutableArray.CreateBuilder<CircuitStep>();
        bool wide = false;
        bool table = architecture.Input is { Channels: 1, Height: 1 };
        var range = new RangeAnalysis(fixedPoint, updateNorm, table ? TableMagnitudeMax : ImageMagnitudeMax);
        double allowance = updateNorm > 0 ? 1 : Allowance;
        double bound = range.Bound;
        PlacedLayer[] layers = PoolFirst(architecture);
        foreach (PlacedLayer layer in layers)
        {
            if (layer.Spec is ConvolutionLayer or DenseLayer)
            {
                AddTruncationIf(wide, steps, f);
                bound = range.Add(layer, global);
                wide = true;
            }

            int scale = wide ? 2 * f : f;
            if (Math.Log2(Math.Max(bound * allowance, 1)) + scale + 1 > RingBits)
            {
                fault = $"layer {layer.Index} ({layer.Spec}) could overflow: values up to {bound:E1} at {scale} bits";
                return null;
            }

            wide = AddStep(steps, layer, WindowFor(bound, scale, wide ? f : 0, updateNorm > 0), wide, f);
        }

        fault = null;
        return new Circuit(architecture, f, steps.ToImmutable(), WindowFor(bound, 2 * f, f, updateNorm > 0));
    }

    /// <summary>Logits (model, image, class), wide.</summary>
    /// <param name="done">Told the number of steps done, after each.</param>
    public async ValueTask<ShareVector> EvaluateAsync(MpcSession session, IReadOnlyList<ShareVector> models,
        ShareVector images, int count, CancellationToken cancellation, Action<int>? done = null)
    {
        var batch = new ModelBatch(models, count);
        ShareVector current = images;
        foreach ((int number, CircuitStep step) in Steps.Index())
        {
            session.Profile?.Enter($"{number + 1}. {step}");
            ShareVector next = await ApplyAsync(
                session, step, batch, current, isOwned: current != images, cancellation);
            if (current != images)
            {
                current.Dispose();
            }

            current = next;
            done?.Invoke(number + 1);
        }

        session.Profile?.Enter("count and judge");
        return current;
    }

    /// <param name="isOwned">False where the activations are the caller's images.</param>
    private async ValueTask<ShareVector> ApplyAsync(MpcSession session, CircuitStep step, ModelBatch batch,
        ShareVector x, bool isOwned, CancellationToken cancellation)
    {
        switch (step)
        {
            case LinearStep linear:
                return await LinearLayers.ApplyAsync(session, linear.Layer, batch, x, FractionBits, cancellation);
            case ReluStep relu:
                PairSum numbers = PairSum.Of(session, x);
                if (isOwned)
                {
                    x.Dispose();
                }

                using (ShareVector bits = await Comparison.IsNotNegativeAsync(
                    session, numbers, relu.Window, cancellation))
                {
                    return relu.Drop > 0
                        ? await Selection.RunTruncatedAsync(session, bits, numbers, relu.Drop, cancellation)
                        : await Selection.RunAsync(session, bits, numbers, cancellation);
                }

            case MaxPoolStep pool:
                return await Pools.MaxAsync(session, x, pool.Input, pool.Size, pool.Window, cancellation);
            case AveragePoolStep pool:
                ShareVector sum = Pools.Sum(session, x, pool.Input, pool.Size);
                Local.Scale(sum, pool.Factor);
                return pool.Drop == 0 ? sum : await DropAsync(session, sum, pool.Drop, cancellation);
            default:
                return await Truncation.RunAsync(session, x, ((TruncationStep)step).Drop, cancellation);
        }
    }

    private static async ValueTask<ShareVector> DropAsync(
        MpcSession session, ShareVector x, int by, CancellationToken cancellation)
    {
        using (x)
        {
            return await Truncation.RunAsync(session, x, by, cancellation);
        }
    }

    private static void AddTruncationIf(bool wide, ImmutableArray<CircuitStep>.Builder steps, int f)
    {
        if (wide)
        {
            steps.Add(new TruncationStep(f));
        }
    }

    /// <summary>True where the step's output is wide.</summary>
    private static bool AddStep(
        ImmutableArray<CircuitStep>.Builder steps, PlacedLayer layer, Window window, bool wide, int f)
    {
        switch (layer.Spec)
        {
            case ReluLayer:
                steps.Add(new ReluStep(window, wide ? f : 0));
                return false;
            case MaxPoolLayer pool:
                steps.Add(new MaxPoolStep(layer.Input, pool.Size, window));
                return wide;
            case AveragePoolLayer { Size: var size } when BitOperations.IsPow2(size):
                steps.Add(new AveragePoolStep(layer.Input, size, 1, 2 * BitOperations.Log2((uint)size)));
                return wide;
            case AveragePoolLayer pool:
                AddTruncationIf(wide, steps, f);
                long factor = ((1L << f) + (pool.Size * pool.Size / 2)) / (pool.Size * pool.Size);
                steps.Add(new AveragePoolStep(layer.Input, pool.Size, factor, f));
                return false;
            default:
                steps.Add(new LinearStep(layer));
                return true;
        }
    }

    /// <summary>Swaps each ReLU with a max-pool that follows it.</summary>
    private static PlacedLayer[] PoolFirst(Architecture architecture)
    {
        PlacedLayer[] layers = [.. architecture.Layers];
        for (int i = 0; i + 1 < layers.Length; i++)
        {
            if (layers[i].Spec is ReluLayer && layers[i + 1].Spec is MaxPoolLayer)
            {
                PlacedLayer relu = layers[i];
                layers[i] = layers[i + 1];
                layers[i + 1] = relu with { Input = layers[i].Output, Output = layers[i].Output };
            }
        }

        return layers;
    }

    /// <summary>The window that holds differences of two values within the bound. Where that is not proven for secret
    /// models, a window of at most 32 bits is right for every value that fits it, and no more (SMPC.md, "Range
    /// analysis").</summary>
    private static Window WindowFor(double bound, int scale, int low, bool proven)
    {
        double largest = 2 * bound * (proven ? 1 : Allowance);
        int needed = (int)Math.Ceiling(Math.Log2(Math.Max(largest, 1))) + scale - low + 1;
        return new Window(low, Math.Clamp(needed, WindowBitsDefault,
            proven ? Window.BitsMax - low : WindowBitsUnproven));
    }
}
