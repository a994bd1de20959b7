using System.Diagnostics;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>Memory of one validator process.</summary>
/// <param name="PeakBytes">Largest working set of its life.</param>
/// <param name="FinalBytes">Working set at the end of the measurement.</param>
public sealed record ValidatorMemory(string Name, long PeakBytes, long FinalBytes);

/// <summary>Looks at the working sets of all validators from time to time, so that growth can be told from a
/// peak.</summary>
internal sealed class MemoryWatch(Supervisor supervisor)
{
    private const int SamplesMax = 20;
    private readonly List<long> _largest = [];

    /// <summary>Largest working set of a validator, oldest sample first.</summary>
    public IReadOnlyList<long> Largest => _largest;

    /// <summary>Until cancelled; about twenty samples over the length.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            _largest.Add(Read().Select(m => m.FinalBytes).DefaultIfEmpty().Max());
            await BackOff.WaitAsync(length / SamplesMax, cancellation);
        }
    }

    /// <summary>Of all validators that run now.</summary>
    public IReadOnlyList<ValidatorMemory> Read()
    {
        List<ValidatorMemory> read = [];
        foreach ((string name, int id) in supervisor.Running.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            try
            {
                using Process process = Process.GetProcessById(id);
                read.Add(new ValidatorMemory(name, process.PeakWorkingSet64, process.WorkingSet64));
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It was killed a moment ago.
            }
        }

        return read;
    }
}
