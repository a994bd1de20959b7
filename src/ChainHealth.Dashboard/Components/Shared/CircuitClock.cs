namespace ChainHealth.Dashboard.Components.Shared;

/// <summary>One second hand for each open page, shared by everything on it that says "ago".</summary>
public sealed class CircuitClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public CircuitClock(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _timer = time.CreateTimer(_ => OnTick?.Invoke(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public event Action? OnTick;

    public DateTimeOffset Now => _time.GetUtcNow();

    public void Dispose() => _timer.Dispose();
}
