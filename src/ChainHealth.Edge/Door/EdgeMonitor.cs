using System.Diagnostics;
using System.Reflection;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>What the edge server does right now, for those who ask at its door. Written by the duty loop, read by any
/// thread.</summary>
internal sealed class EdgeMonitor(TimeProvider time)
{
    /// <summary>Before this part is done an estimate would be a guess.</summary>
    private const double EstimateFrom = 0.02;

    private readonly Lock _gate = new();
    private readonly Instant _started = Now(time);
    private Work _work = Work.None;
    private string _error = "";
    private Instant _errorAt;
    private string _warning = "";
    private Instant _warningAt;
    private LedgerState? _state;

    public static string Version { get; } =
        typeof(EdgeMonitor).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        .Split('+')[0] ?? "0";

    /// <summary>Newest verified state; null before the chain was first heard.</summary>
    public LedgerState? State
    {
        get => Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, value);
    }

    /// <summary>Until the answer is disposed.</summary>
    public IDisposable Begin(EdgeActivity activity, RunState run)
    {
        lock (_gate)
        {
            return _work = new Work(this, activity, run.Id, run.Round, Stopwatch.GetTimestamp());
        }
    }

    /// <param name="share">Of the present activity, 0..1.</param>
    public void Progress(double share)
    {
        lock (_gate)
        {
            _work.Share = share;
        }
    }

    public void Failed(string reason)
    {
        lock (_gate)
        {
            _error = reason;
            _errorAt = Now(time);
        }
    }

    /// <summary>Stands beside every later failure until another plan is looked at.</summary>
    /// <param name="reason">Null = nothing to warn of.</param>
    public void Warn(string? reason)
    {
        lock (_gate)
        {
            _warning = reason ?? "";
            _warningAt = Now(time);
        }
    }

    public EdgeStatus Status(string dataset, int records, Rehearsals rehearsals)
    {
        lock (_gate)
        {
            double share = Math.Clamp(_work.Share, 0, 1);
            double left = share < EstimateFrom ? -1
                : Stopwatch.GetElapsedTime(_work.Since).TotalMilliseconds * (1 - share) / share;
            return new EdgeStatus(
                Version, dataset, records, rehearsals.Allowed, rehearsals.Attack?.Text ?? "", _work.Activity,
                _work.Run, _work.Round, (int)(share * 1000), (int)Math.Min(left, int.MaxValue),
                string.Join("; ", new[] { _warning, _error }.Where(t => t.Length > 0)),
                _error.Length > 0 ? _errorAt : _warning.Length > 0 ? _warningAt : default, _started);
        }
    }

    private static Instant Now(TimeProvider time) => new(time.GetUtcNow().ToUnixTimeMilliseconds());

    private void End(Work work)
    {
        lock (_gate)
        {
            _work = _work == work ? Work.None : _work;
        }
    }

    private sealed class Work(EdgeMonitor? monitor, EdgeActivity activity, RunId run, int round, long since)
        : IDisposable
    {
        public static Work None { get; } = new(null, EdgeActivity.Waiting, default, 0, 0);

        public EdgeActivity Activity => activity;

        public RunId Run => run;

        public int Round => round;

        public long Since => since;

        public double Share { get; set; }

        public void Dispose() => monitor?.End(this);
    }
}
