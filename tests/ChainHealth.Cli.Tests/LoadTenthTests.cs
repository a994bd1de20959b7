namespace ChainHealth.Cli.Tests;

public class LoadTenthTests
{
    [Fact]
    public void Each_tenth_has_its_own_rate_and_median()
    {
        LoadSample[] samples = [new(0.5, 7), new(1.9, 9), new(0, 8), new(19.5, 30), new(20.1, 40), new(18.1, 20)];

        IReadOnlyList<LoadTenth> tenths = LoadTenth.Split(samples, 20);

        Assert.Equal(10, tenths.Count);
        Assert.Equal(new LoadTenth(1.5, 8), tenths[0]);
        Assert.All(tenths.Skip(1).Take(8), t => Assert.Equal(new LoadTenth(0, 0), t));
        Assert.Equal(new LoadTenth(1.5, 30), tenths[9]);
    }
}
