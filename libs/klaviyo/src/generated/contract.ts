// Made by tools/contracts/klaviyo-client.ts from the published description; do not edit.

export const describedRevision = '2026-07-15';

/** Requests per second (burst) and per minute (steady) of each endpoint in use. */
export const publishedLimits = {
  'GET /api/accounts': { burst: 1, steady: 15 },
  'GET /api/lists': { burst: 75, steady: 750 },
  'POST /api/lists': { burst: 10, steady: 150 },
  'GET /api/lists/{id}': { burst: 75, steady: 750 },
  'PATCH /api/lists/{id}': { burst: 10, steady: 150 },
  'GET /api/lists/{id}/relationships/profiles': { burst: 75, steady: 750 },
  'POST /api/lists/{id}/relationships/profiles': { burst: 10, steady: 150 },
  'DELETE /api/lists/{id}/relationships/profiles': { burst: 10, steady: 150 },
  'GET /api/profiles': { burst: 75, steady: 750 },
  'PATCH /api/profiles/{id}': { burst: 75, steady: 750 },
  'GET /api/profile-bulk-import-jobs': { burst: 10, steady: 150 },
  'POST /api/profile-bulk-import-jobs': { burst: 10, steady: 150 },
  'GET /api/profile-bulk-import-jobs/{job_id}': { burst: 10, steady: 150 },
  'GET /api/profile-bulk-import-jobs/{id}/import-errors': { burst: 10, steady: 150 },
  'POST /api/profile-subscription-bulk-create-jobs': { burst: 75, steady: 750 },
  'POST /api/profile-subscription-bulk-delete-jobs': { burst: 75, steady: 750 },
  'POST /api/profile-suppression-bulk-create-jobs': { burst: 75, steady: 750 },
  'GET /api/profile-suppression-bulk-create-jobs/{job_id}': { burst: 75, steady: 750 },
  'GET /api/events': { burst: 350, steady: 3500 },
  'POST /api/event-bulk-create-jobs': { burst: 10, steady: 150 },
  'GET /api/metrics': { burst: 10, steady: 150 },
  'POST /api/metric-aggregates': { burst: 3, steady: 60 },
} as const;

/** What a credential must be allowed, by endpoint. */
export const publishedScopes = {
  'GET /api/accounts': ['accounts:read'],
  'GET /api/lists': ['lists:read'],
  'POST /api/lists': ['lists:write'],
  'GET /api/lists/{id}': ['lists:read'],
  'PATCH /api/lists/{id}': ['lists:write'],
  'GET /api/lists/{id}/relationships/profiles': ['lists:read', 'profiles:read'],
  'POST /api/lists/{id}/relationships/profiles': ['lists:write', 'profiles:write'],
  'DELETE /api/lists/{id}/relationships/profiles': ['lists:write', 'profiles:write'],
  'GET /api/profiles': ['profiles:read'],
  'PATCH /api/profiles/{id}': ['profiles:write'],
  'GET /api/profile-bulk-import-jobs': ['lists:read', 'profiles:read'],
  'POST /api/profile-bulk-import-jobs': ['lists:write', 'profiles:write'],
  'GET /api/profile-bulk-import-jobs/{job_id}': ['lists:read', 'profiles:read'],
  'GET /api/profile-bulk-import-jobs/{id}/import-errors': ['profiles:read'],
  'POST /api/profile-subscription-bulk-create-jobs': ['lists:write', 'profiles:write', 'subscriptions:write'],
  'POST /api/profile-subscription-bulk-delete-jobs': ['lists:write', 'profiles:write', 'subscriptions:write'],
  'POST /api/profile-suppression-bulk-create-jobs': ['profiles:write', 'subscriptions:write'],
  'GET /api/profile-suppression-bulk-create-jobs/{job_id}': ['subscriptions:read'],
  'GET /api/events': ['events:read'],
  'POST /api/event-bulk-create-jobs': ['events:write'],
  'GET /api/metrics': ['metrics:read'],
  'POST /api/metric-aggregates': ['metrics:read'],
} as const;

export interface Requests {
  'POST /api/lists': {
    readonly data: {
      readonly type: 'list';
      readonly attributes: {
        readonly name: string;
        readonly opt_in_process?: ('double_opt_in' | 'single_opt_in') | null;
      };
    };
  };
  'PATCH /api/lists/{id}': {
    readonly data: {
      readonly type: 'list';
      readonly id: string;
      readonly attributes: {
        readonly name?: string | null;
        readonly opt_in_process?: ('double_opt_in' | 'single_opt_in') | null;
      };
    };
  };
  'POST /api/lists/{id}/relationships/profiles': {
    readonly data: readonly {
      readonly type: 'profile';
      readonly id: string;
    }[];
  };
  'DELETE /api/lists/{id}/relationships/profiles': {
    readonly data: readonly {
      readonly type: 'profile';
      readonly id: string;
    }[];
  };
  'PATCH /api/profiles/{id}': {
    readonly data: {
      readonly type: 'profile';
      readonly id: string;
      readonly attributes: {
        readonly email?: string | null;
        readonly phone_number?: string | null;
        readonly external_id?: string | null;
        readonly first_name?: string | null;
        readonly last_name?: string | null;
        readonly organization?: string | null;
        readonly locale?: string | null;
        readonly title?: string | null;
        readonly image?: string | null;
        readonly location?: {
          readonly address1?: string | null;
          readonly address2?: string | null;
          readonly city?: string | null;
          readonly country?: string | null;
          readonly latitude?: (string | number) | null;
          readonly longitude?: (string | number) | null;
          readonly region?: string | null;
          readonly zip?: string | null;
          readonly timezone?: string | null;
          readonly ip?: string | null;
        } | null;
        readonly properties?: Readonly<Record<string, unknown>> | null;
      };
      readonly meta?: {
        readonly patch_properties?: {
          readonly append?: Readonly<Record<string, unknown>> | null;
          readonly unappend?: Readonly<Record<string, unknown>> | null;
          readonly unset?: (string | readonly string[]) | null;
        } | null;
        readonly patch_identifiers?: {
          readonly append?: Readonly<Record<string, unknown>>;
          readonly unappend?: Readonly<Record<string, unknown>>;
        } | null;
      } | null;
    };
  };
  'POST /api/profile-bulk-import-jobs': {
    readonly data: {
      readonly type: 'profile-bulk-import-job';
      readonly attributes: {
        readonly profiles: {
          readonly data: readonly {
            readonly type: 'profile';
            readonly id?: string | null;
            readonly attributes: {
              readonly email?: string | null;
              readonly phone_number?: string | null;
              readonly external_id?: string | null;
              readonly _kx?: string | null;
              readonly first_name?: string | null;
              readonly last_name?: string | null;
              readonly organization?: string | null;
              readonly locale?: string | null;
              readonly title?: string | null;
              readonly image?: string | null;
              readonly location?: {
                readonly address1?: string | null;
                readonly address2?: string | null;
                readonly city?: string | null;
                readonly country?: string | null;
                readonly latitude?: (string | number) | null;
                readonly longitude?: (string | number) | null;
                readonly region?: string | null;
                readonly zip?: string | null;
                readonly timezone?: string | null;
                readonly ip?: string | null;
              } | null;
              readonly properties?: Readonly<Record<string, unknown>> | null;
            };
            readonly meta?: {
              readonly patch_properties?: {
                readonly append?: Readonly<Record<string, unknown>> | null;
                readonly unappend?: Readonly<Record<string, unknown>> | null;
                readonly unset?: (string | readonly string[]) | null;
              } | null;
              readonly patch_identifiers?: {
                readonly append?: Readonly<Record<string, unknown>>;
                readonly unappend?: Readonly<Record<string, unknown>>;
              } | null;
            } | null;
          }[];
        };
      };
      readonly relationships?: {
        readonly lists?: {
          readonly data?: readonly {
            readonly type: 'list';
            readonly id: string;
          }[];
        };
      };
    };
  };
  'POST /api/profile-subscription-bulk-create-jobs': {
    readonly data: {
      readonly type: 'profile-subscription-bulk-create-job';
      readonly attributes: {
        readonly custom_source?: string | null;
        readonly profiles: {
          readonly data: readonly {
            readonly type: 'profile';
            readonly id?: string | null;
            readonly attributes: {
              readonly email?: string | null;
              readonly phone_number?: string | null;
              readonly subscriptions: {
                readonly email?: {
                  readonly marketing?: {
                    readonly consent: 'SUBSCRIBED';
                    readonly consented_at?: string | null;
                  } | null;
                  readonly open_tracking?: {
                    readonly consent: 'SUBSCRIBED';
                  } | null;
                } | null;
                readonly sms?: {
                  readonly marketing?: {
                    readonly consent: 'SUBSCRIBED';
                    readonly consented_at?: string | null;
                  } | null;
                  readonly transactional?: {
                    readonly consent: 'SUBSCRIBED';
                    readonly consented_at?: string | null;
                  } | null;
                } | null;
                readonly whatsapp?: {
                  readonly marketing?: {
                    readonly consent: 'SUBSCRIBED';
                    readonly consented_at?: string | null;
                  } | null;
                  readonly transactional?: {
                    readonly consent: 'SUBSCRIBED';
                    readonly consented_at?: string | null;
                  } | null;
                } | null;
                readonly push?: {
                  readonly marketing: {
                    readonly consent: 'SUBSCRIBED';
                    readonly consented_at?: string | null;
                  };
                  readonly tokens?: readonly {
                    readonly token: string;
                    readonly platform: ('android' | 'ios');
                    readonly vendor: ('apns' | 'fcm');
                    readonly enablement_status?: ('AUTHORIZED' | 'DENIED' | 'NOT_DETERMINED' | 'PROVISIONAL' | 'UNAUTHORIZED') | null;
                    readonly background?: ('AVAILABLE' | 'DENIED' | 'RESTRICTED') | null;
                    readonly device_metadata?: {
                      readonly device_id?: string | null;
                      readonly klaviyo_sdk?: ('android' | 'flutter' | 'flutter_community' | 'react_native' | 'swift') | null;
                      readonly sdk_version?: string | null;
                      readonly device_model?: string | null;
                      readonly os_name?: ('android' | 'ios' | 'ipados' | 'macos' | 'tvos') | null;
                      readonly os_version?: string | null;
                      readonly manufacturer?: string | null;
                      readonly app_name?: string | null;
                      readonly app_version?: string | null;
                      readonly app_build?: string | null;
                      readonly app_id?: string | null;
                      readonly environment?: ('debug' | 'release') | null;
                    } | null;
                  }[] | null;
                  readonly anonymous_id?: string | null;
                } | null;
              };
              readonly age_gated_date_of_birth?: string | null;
            };
          }[];
        };
        readonly historical_import?: boolean | null;
      };
      readonly relationships?: {
        readonly list?: {
          readonly data?: {
            readonly type: 'list';
            readonly id: string;
          };
        };
      };
    };
  };
  'POST /api/profile-subscription-bulk-delete-jobs': {
    readonly data: {
      readonly type: 'profile-subscription-bulk-delete-job';
      readonly attributes: {
        readonly profiles: {
          readonly data: readonly {
            readonly type: 'profile';
            readonly attributes: {
              readonly email?: string | null;
              readonly phone_number?: string | null;
              readonly subscriptions: {
                readonly email?: {
                  readonly marketing?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                  readonly open_tracking?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                } | null;
                readonly sms?: {
                  readonly marketing?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                  readonly transactional?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                } | null;
                readonly whatsapp?: {
                  readonly marketing?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                  readonly transactional?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                  readonly conversational?: {
                    readonly consent: 'UNSUBSCRIBED';
                  } | null;
                } | null;
                readonly push?: {
                  readonly marketing: {
                    readonly consent: 'UNSUBSCRIBED';
                  };
                  readonly tokens: readonly {
                    readonly token: string;
                    readonly platform: ('android' | 'ios');
                    readonly vendor: ('apns' | 'fcm');
                    readonly enablement_status?: ('AUTHORIZED' | 'DENIED' | 'NOT_DETERMINED' | 'PROVISIONAL' | 'UNAUTHORIZED') | null;
                    readonly background?: ('AVAILABLE' | 'DENIED' | 'RESTRICTED') | null;
                    readonly device_metadata?: {
                      readonly device_id?: string | null;
                      readonly klaviyo_sdk?: ('android' | 'flutter' | 'flutter_community' | 'react_native' | 'swift') | null;
                      readonly sdk_version?: string | null;
                      readonly device_model?: string | null;
                      readonly os_name?: ('android' | 'ios' | 'ipados' | 'macos' | 'tvos') | null;
                      readonly os_version?: string | null;
                      readonly manufacturer?: string | null;
                      readonly app_name?: string | null;
                      readonly app_version?: string | null;
                      readonly app_build?: string | null;
                      readonly app_id?: string | null;
                      readonly environment?: ('debug' | 'release') | null;
                    } | null;
                  }[];
                } | null;
              };
            };
          }[];
        };
      };
      readonly relationships?: {
        readonly list?: {
          readonly data?: {
            readonly type: 'list';
            readonly id: string;
          };
        };
      };
    };
  };
  'POST /api/profile-suppression-bulk-create-jobs': {
    readonly data: {
      readonly type: 'profile-suppression-bulk-create-job';
      readonly attributes: {
        readonly profiles?: {
          readonly data: readonly {
            readonly type: 'profile';
            readonly attributes: {
              readonly email: string;
            };
          }[];
        } | null;
      };
      readonly relationships?: {
        readonly list?: {
          readonly data?: {
            readonly type: 'list';
            readonly id: string;
          };
        };
        readonly segment?: {
          readonly data?: {
            readonly type: 'segment';
            readonly id: string;
          };
        };
      };
    };
  };
  'POST /api/event-bulk-create-jobs': {
    readonly data: {
      readonly type: 'event-bulk-create-job';
      readonly attributes: {
        readonly 'events-bulk-create': {
          readonly data: readonly {
            readonly type: 'event-bulk-create';
            readonly attributes: {
              readonly backfill?: boolean | null;
              readonly profile: {
                readonly data: {
                  readonly type: 'profile';
                  readonly id?: string | null;
                  readonly attributes: {
                    readonly email?: string | null;
                    readonly phone_number?: string | null;
                    readonly external_id?: string | null;
                    readonly anonymous_id?: string | null;
                    readonly _kx?: string | null;
                    readonly first_name?: string | null;
                    readonly last_name?: string | null;
                    readonly organization?: string | null;
                    readonly locale?: string | null;
                    readonly title?: string | null;
                    readonly image?: string | null;
                    readonly location?: {
                      readonly address1?: string | null;
                      readonly address2?: string | null;
                      readonly city?: string | null;
                      readonly country?: string | null;
                      readonly latitude?: (string | number) | null;
                      readonly longitude?: (string | number) | null;
                      readonly region?: string | null;
                      readonly zip?: string | null;
                      readonly timezone?: string | null;
                      readonly ip?: string | null;
                    } | null;
                    readonly properties?: Readonly<Record<string, unknown>> | null;
                  };
                  readonly meta?: {
                    readonly patch_properties?: {
                      readonly append?: Readonly<Record<string, unknown>> | null;
                      readonly unappend?: Readonly<Record<string, unknown>> | null;
                      readonly unset?: (string | readonly string[]) | null;
                    } | null;
                    readonly patch_identifiers?: {
                      readonly append?: Readonly<Record<string, unknown>>;
                      readonly unappend?: Readonly<Record<string, unknown>>;
                    } | null;
                  } | null;
                };
              };
              readonly events: {
                readonly data: readonly {
                  readonly type: 'event';
                  readonly attributes: {
                    readonly properties: Readonly<Record<string, unknown>>;
                    readonly time?: string | null;
                    readonly value?: number | null;
                    readonly value_currency?: string | null;
                    readonly backfill?: boolean | null;
                    readonly metric: {
                      readonly data: {
                        readonly type: 'metric';
                        readonly attributes: {
                          readonly name: string;
                          readonly service?: string | null;
                        };
                      };
                    };
                    readonly unique_id?: string | null;
                  };
                }[];
              };
            };
          }[];
        };
      };
    };
  };
  'POST /api/metric-aggregates': {
    readonly data: {
      readonly type: 'metric-aggregate';
      readonly attributes: {
        readonly metric_id: string;
        readonly page_cursor?: string;
        readonly measurements: readonly ('count' | 'sum_value' | 'unique')[];
        readonly interval?: ('day' | 'hour' | 'month' | 'week') | null;
        readonly page_size?: number | null;
        readonly by?: readonly ('$attributed_channel' | '$attributed_flow' | '$attributed_message' | '$attributed_variation' | '$campaign_channel' | '$flow' | '$flow_channel' | '$message' | '$message_send_cohort' | '$usage_amount' | '$value_currency' | '$variation' | '$variation_send_cohort' | 'Bot Click' | 'Bounce Type' | 'Campaign Name' | 'Client Canonical' | 'Client Name' | 'Client Type' | 'Email Domain' | 'Failure Source' | 'Failure Type' | 'From Number' | 'From Phone Region' | 'Inbox Provider' | 'List' | 'Message Format' | 'Message Name' | 'Message Type' | 'Method' | 'Segment Count' | 'Subject' | 'To Number' | 'To Phone Region' | 'URL' | 'form_id')[] | null;
        readonly return_fields?: readonly string[] | null;
        readonly filter: readonly string[];
        readonly timezone?: string | null;
        readonly sort?: ('$attributed_channel' | '-$attributed_channel' | '$attributed_flow' | '-$attributed_flow' | '$attributed_message' | '-$attributed_message' | '$attributed_variation' | '-$attributed_variation' | '$campaign_channel' | '-$campaign_channel' | '$flow' | '-$flow' | '$flow_channel' | '-$flow_channel' | '$message' | '-$message' | '$message_send_cohort' | '-$message_send_cohort' | '$usage_amount' | '-$usage_amount' | '$value_currency' | '-$value_currency' | '$variation' | '-$variation' | '$variation_send_cohort' | '-$variation_send_cohort' | 'Bot Click' | '-Bot Click' | 'Bounce Type' | '-Bounce Type' | 'Campaign Name' | '-Campaign Name' | 'Client Canonical' | '-Client Canonical' | 'Client Name' | '-Client Name' | 'Client Type' | '-Client Type' | 'Email Domain' | '-Email Domain' | 'Failure Source' | '-Failure Source' | 'Failure Type' | '-Failure Type' | 'From Number' | '-From Number' | 'From Phone Region' | '-From Phone Region' | 'Inbox Provider' | '-Inbox Provider' | 'List' | '-List' | 'Message Format' | '-Message Format' | 'Message Name' | '-Message Name' | 'Message Type' | '-Message Type' | 'Method' | '-Method' | 'Segment Count' | '-Segment Count' | 'Subject' | '-Subject' | 'To Number' | '-To Number' | 'To Phone Region' | '-To Phone Region' | 'URL' | '-URL' | 'count' | '-count' | 'form_id' | '-form_id' | 'sum_value' | '-sum_value' | 'unique' | '-unique');
      };
    };
  };
}

export interface Answers {
  'GET /api/accounts': {
    readonly data: {
      readonly type: 'account';
      readonly id: string;
      readonly attributes: {
        readonly test_account: boolean;
        readonly contact_information: {
          readonly default_sender_name: string;
          readonly default_sender_email: string;
          readonly website_url?: string | null;
          readonly organization_name: string;
          readonly street_address: {
            readonly address1?: string | null;
            readonly address2?: string | null;
            readonly city?: string | null;
            readonly region?: string | null;
            readonly country?: string | null;
            readonly zip?: string | null;
          };
        };
        readonly industry?: string | null;
        readonly timezone: string;
        readonly preferred_currency: string;
        readonly public_api_key: string;
        readonly locale: string;
      };
      readonly links: {
        readonly self: string;
      };
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'GET /api/lists': {
    readonly data: {
      readonly type: 'list';
      readonly id: string;
      readonly attributes: {
        readonly name?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly opt_in_process?: ('double_opt_in' | 'single_opt_in') | null;
      };
      readonly links: {
        readonly self: string;
      };
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'POST /api/lists': {
    readonly data: {
      readonly type: 'list';
      readonly id: string;
      readonly attributes: {
        readonly name?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly opt_in_process?: ('double_opt_in' | 'single_opt_in') | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/lists/{id}': {
    readonly data: unknown & {
      readonly type: 'list';
      readonly id: string;
      readonly attributes: {
        readonly name?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly opt_in_process?: ('double_opt_in' | 'single_opt_in') | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'PATCH /api/lists/{id}': {
    readonly data: {
      readonly type: 'list';
      readonly id: string;
      readonly attributes: {
        readonly name?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly opt_in_process?: ('double_opt_in' | 'single_opt_in') | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/lists/{id}/relationships/profiles': {
    readonly data: {
      readonly type: 'profile';
      readonly id: string;
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'GET /api/profiles': {
    readonly data: (unknown & {
      readonly type: 'profile';
      readonly id?: string | null;
      readonly attributes: {
        readonly email?: string | null;
        readonly phone_number?: string | null;
        readonly external_id?: string | null;
        readonly first_name?: string | null;
        readonly last_name?: string | null;
        readonly organization?: string | null;
        readonly locale?: string | null;
        readonly title?: string | null;
        readonly image?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly last_event_date?: string | null;
        readonly location?: {
          readonly address1?: string | null;
          readonly address2?: string | null;
          readonly city?: string | null;
          readonly country?: string | null;
          readonly latitude?: (string | number) | null;
          readonly longitude?: (string | number) | null;
          readonly region?: string | null;
          readonly zip?: string | null;
          readonly timezone?: string | null;
          readonly ip?: string | null;
        } | null;
        readonly properties?: Readonly<Record<string, unknown>> | null;
      };
      readonly links: {
        readonly self: string;
      };
    })[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'PATCH /api/profiles/{id}': {
    readonly data: {
      readonly type: 'profile';
      readonly id?: string | null;
      readonly attributes: {
        readonly email?: string | null;
        readonly phone_number?: string | null;
        readonly external_id?: string | null;
        readonly first_name?: string | null;
        readonly last_name?: string | null;
        readonly organization?: string | null;
        readonly locale?: string | null;
        readonly title?: string | null;
        readonly image?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly last_event_date?: string | null;
        readonly location?: {
          readonly address1?: string | null;
          readonly address2?: string | null;
          readonly city?: string | null;
          readonly country?: string | null;
          readonly latitude?: (string | number) | null;
          readonly longitude?: (string | number) | null;
          readonly region?: string | null;
          readonly zip?: string | null;
          readonly timezone?: string | null;
          readonly ip?: string | null;
        } | null;
        readonly properties?: Readonly<Record<string, unknown>> | null;
        readonly subscriptions?: {
          readonly email?: {
            readonly marketing?: {
              readonly can_receive_email_marketing: boolean;
              readonly consent: string;
              readonly consent_timestamp?: string | null;
              readonly last_updated?: string | null;
              readonly method?: string | null;
              readonly method_detail?: string | null;
              readonly custom_method_detail?: string | null;
              readonly double_optin?: boolean | null;
              readonly suppression?: {
                readonly reason: ('HARD_BOUNCE' | 'INVALID_EMAIL' | 'SPAM_COMPLAINT' | 'UNSUBSCRIBE' | 'USER_SUPPRESSED');
                readonly timestamp: string;
              }[] | null;
              readonly list_suppressions?: {
                readonly list_id: string;
                readonly reason: string;
                readonly timestamp: string;
              }[] | null;
            } | null;
            readonly open_tracking?: {
              readonly consent: string;
              readonly consent_timestamp?: string | null;
              readonly last_updated?: string | null;
              readonly created_timestamp?: string | null;
              readonly metadata?: Readonly<Record<string, unknown>> | null;
              readonly can_receive: boolean;
              readonly valid_until?: string | null;
            } | null;
          } | null;
        } | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/profile-bulk-import-jobs': {
    readonly data: {
      readonly type: 'profile-bulk-import-job';
      readonly id: string;
      readonly attributes: {
        readonly status: ('cancelled' | 'complete' | 'processing' | 'queued');
        readonly created_at: string;
        readonly total_count: number;
        readonly completed_count?: number | null;
        readonly failed_count?: number | null;
        readonly completed_at?: string | null;
        readonly expires_at?: string | null;
        readonly started_at?: string | null;
      };
      readonly links: {
        readonly self: string;
      };
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'POST /api/profile-bulk-import-jobs': {
    readonly data: {
      readonly type: 'profile-bulk-import-job';
      readonly id: string;
      readonly attributes: {
        readonly status: ('cancelled' | 'complete' | 'processing' | 'queued');
        readonly created_at: string;
        readonly total_count: number;
        readonly completed_count?: number | null;
        readonly failed_count?: number | null;
        readonly completed_at?: string | null;
        readonly expires_at?: string | null;
        readonly started_at?: string | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/profile-bulk-import-jobs/{job_id}': {
    readonly data: {
      readonly type: 'profile-bulk-import-job';
      readonly id: string;
      readonly attributes: {
        readonly status: ('cancelled' | 'complete' | 'processing' | 'queued');
        readonly created_at: string;
        readonly total_count: number;
        readonly completed_count?: number | null;
        readonly failed_count?: number | null;
        readonly completed_at?: string | null;
        readonly expires_at?: string | null;
        readonly started_at?: string | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/profile-bulk-import-jobs/{id}/import-errors': {
    readonly data: {
      readonly type: 'import-error';
      readonly id: string;
      readonly attributes: {
        readonly code: string;
        readonly title: string;
        readonly detail: string;
        readonly source: {
          readonly pointer?: string | null;
        };
        readonly original_payload?: Readonly<Record<string, unknown>> | null;
      };
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'POST /api/profile-suppression-bulk-create-jobs': {
    readonly data: {
      readonly type: 'profile-suppression-bulk-create-job';
      readonly id: string;
      readonly attributes: {
        readonly status: ('cancelled' | 'complete' | 'processing' | 'queued');
        readonly created_at: string;
        readonly total_count: number;
        readonly completed_count?: number | null;
        readonly completed_at?: string | null;
        readonly skipped_count?: number | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/profile-suppression-bulk-create-jobs/{job_id}': {
    readonly data: {
      readonly type: 'profile-suppression-bulk-create-job';
      readonly id: string;
      readonly attributes: {
        readonly status: ('cancelled' | 'complete' | 'processing' | 'queued');
        readonly created_at: string;
        readonly total_count: number;
        readonly completed_count?: number | null;
        readonly completed_at?: string | null;
        readonly skipped_count?: number | null;
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
  'GET /api/events': {
    readonly data: {
      readonly type: 'event';
      readonly id: string;
      readonly attributes: {
        readonly timestamp?: number | null;
        readonly event_properties?: Readonly<Record<string, unknown>> | null;
        readonly datetime?: string | null;
        readonly uuid?: string | null;
      };
      readonly links: {
        readonly self: string;
      };
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'GET /api/metrics': {
    readonly data: {
      readonly type: 'metric';
      readonly id: string;
      readonly attributes: {
        readonly name?: string | null;
        readonly created?: string | null;
        readonly updated?: string | null;
        readonly integration?: Readonly<Record<string, unknown>> | null;
      };
      readonly links: {
        readonly self: string;
      };
    }[];
    readonly links?: {
      readonly self: string;
      readonly prev?: string;
      readonly next?: string;
    };
  };
  'POST /api/metric-aggregates': {
    readonly data: {
      readonly type: 'metric-aggregate';
      readonly id: string;
      readonly attributes: {
        readonly dates: string[];
        readonly data: {
          readonly dimensions: string[];
          readonly measurements: Readonly<Record<string, unknown>>;
        }[];
      };
      readonly links: {
        readonly self: string;
      };
    };
    readonly links?: {
      readonly self: string;
    };
  };
}
