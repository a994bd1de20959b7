using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Logits of several models on many records. Up to a bound on memory all of them go through one exchange
/// together; above it records are taken in waves, which run in step: while one is in the second layer the next is in
/// the first, so a wave costs the exchanges of the first layer, not those of the network.</summary>
internal sealed class Inference : IDisposable
{
    /// <summary>Activations of one layer that are worked on at a time (about 90 bytes each).</summary>
    public const int ActivationsPerWaveMax = 1_400_000;

    private readonly MpcSession _session;
    private readonly Circuit _circuit;
    private readonly ShareVector[] _models;
    private readonly ShareVector _images;
    private readonly int _count;
    private readonly Wave[] _waves;

    private sealed class Wave
    {
        public int First { get; init; }

        public int Taken { get; init; }

        /// <summary>Steps of the circuit that are done.</summary>
        public int Steps { get; set; }
    }

    /// <param name="models">Each model's flat parameters; not taken over.</param>
    public Inference(MpcSession session, Circuit circuit, ShareVector[] models, ShareVector images, int count)
    {
        (_session, _circuit, _models, _images, _count) = (session, circuit, models, images, count);
        int perWave = WaveSize(circuit.Architecture, models.Length, count);
        _waves = [.. Enumerable.Range(0, (count + perWave - 1) / perWave).Select(w => new Wave
        {
            First = w * perWave, Taken = Math.Min(perWave, count - (w * perWave)),
        })];
        Logits = session.NewVector(checked(models.Length * count * circuit.Architecture.Classes));
    }

    /// <summary>Logits (model, image, class), wide, where nothing else runs beside.</summary>
    public static async ValueTask<ShareVector> RunAsync(MpcSession session, Circuit circuit, ShareVector[] models,
        ShareVector images, int count, CancellationToken cancellation)
    {
        var inference = new Inference(session, circuit, models, images, count);
        await Lockstep.RunAsync(session, [.. inference.Strands(cancellation)], cancellation);
        return inference.Logits;
    }

    /// <summary>(model, image, class), wide; complete when all strands are.</summary>
    public ShareVector Logits { get; }

    /// <summary>One strand for each wave.</summary>
    public IEnumerable<Func<ValueTask>> Strands(CancellationToken cancellation) =>
        _waves.Select((_, w) => (Func<ValueTask>)(() => RunAsync(w, cancellation)));

    /// <summary>For a strand that goes on with the logits, after those of the waves.</summary>
    public async ValueTask FinishedAsync()
    {
        while (_waves.Any(w => w.Steps < _circuit.Steps.Length))
        {
            await _session.PassAsync();
        }
    }

    public void Dispose() => Logits.Dispose();

    private async ValueTask RunAsync(int number, CancellationToken cancellation)
    {
        Wave wave = _waves[number];
        while (number > 0 && _waves[number - 1].Steps < _circuit.FirstLayerSteps)
        {
            await _session.PassAsync();
        }

        int elements = _circuit.Architecture.Input.Elements, classes = _circuit.Architecture.Classes;
        ShareVector part = _images.View(wave.First * elements, wave.Taken * elements);
        using ShareVector done = await _circuit.EvaluateAsync(
            _session, _models, part, wave.Taken, cancellation, steps => wave.Steps = steps);
        foreach (int j in Local.Known(Logits))
        {
            for (int m = 0; m < _models.Length; m++)
            {
                done.Plane(j).Slice(m * wave.Taken * classes, wave.Taken * classes)
                    .CopyTo(Logits.Plane(j)[(((m * _count) + wave.First) * classes)..]);
            }
        }
    }

    /// <summary>Records of a wave; the waves are about equal.</summary>
    private static int WaveSize(Architecture architecture, int models, int records)
    {
        int widest = architecture.Layers.Max(l => l.Output.Elements);
        int most = Math.Max(1, ActivationsPerWaveMax / checked(models * widest));
        int waves = (records + most - 1) / most;
        return (records + waves - 1) / waves;
    }
}
