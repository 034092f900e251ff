<?php

declare(strict_types=1);

namespace Clientela\WooCommerce\WordPress;

use Clientela\Clientela;
use Clientela\WooCommerce\Offer;
use Clientela\WooCommerce\Settings;

/** `[clientela_offer]`: a greeting, a coupon, or nothing. A page waits for it once in ten minutes, and 0.3 s at most. */
final class Banner
{
    private const REMEMBER = 600; // seconds an answer stays
    private const REST = 60;      // seconds nobody is asked after the service has not answered

    public function __construct(private readonly Settings $settings)
    {
    }

    public function html(): string
    {
        [$visitor, $key] = $this->visitor();
        if ($visitor === null || $key === '') {
            return '';
        }
        // What follows is for one person alone: caches of whole pages look for this.
        wc_maybe_define_constant('DONOTCACHEPAGE', true);
        $text = match ($this->offer($visitor, $key)) {
            Offer::Vip => __('Thank you for being one of our best customers.', 'clientela'),
            /* translators: %s: the code of a coupon */
            Offer::WinBack => sprintf(__('We have missed you! Your coupon: %s', 'clientela'), $this->settings->coupon),
            Offer::None => '',
        };
        return $text === '' ? '' : sprintf('<div class="clientela-offer" role="note">%s</div>', esc_html($text));
    }

    /**
     * Who has logged in is proven. A cookie is not: asked for with the publishable key, the service tells of it only what
     * this browser may know.
     *
     * @return array{0: ?array<string, mixed>, 1: string} the visitor, if anybody, and the key to ask with
     */
    private function visitor(): array
    {
        $user = get_current_user_id();
        if ($user) {
            $account = ['source' => $this->settings->source, 'id' => (string) $user];
            return [['external_id' => $account], $this->settings->secret_key];
        }
        $device = Device::id();
        return [$device === '' ? null : ['anonymous_id' => $device], $this->settings->publishable_key];
    }

    /** @param array<string, mixed> $visitor */
    private function offer(array $visitor, string $key): Offer
    {
        $place = 'clientela_offer_' . md5(json_encode($visitor));
        $known = get_transient($place);
        if (is_string($known) && Offer::tryFrom($known)) {
            return Offer::from($known);
        }
        if (get_transient('clientela_rest')) {
            return Offer::None;
        }
        $quick = new Clientela($this->settings->url, $key, timeout: Offer::SECONDS, tries: 1);
        $found = Offer::ask($quick, $visitor, $this->settings->coupon !== '');
        if ($found === null) {
            set_transient('clientela_rest', 'yes', self::REST);
            return Offer::None;
        }
        set_transient($place, $found->value, self::REMEMBER);
        return $found;
    }
}
